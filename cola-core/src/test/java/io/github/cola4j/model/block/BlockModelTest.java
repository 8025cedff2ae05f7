package io.github.cola4j.model.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.cola4j.adapter.Forms;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.MergedWeights;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.gl.Site;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.Embedding;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a block becomes a base, and itself again. */
class BlockModelTest {
  private static final Shape IMAGES = new Shape(2, 1, 4, 4);

  private final HostArena arena = new HostArena();
  private NDManager manager;
  private NDArray images;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
    images = manager.arange(IMAGES.size()).toType(DataType.FLOAT32, false).reshape(IMAGES).div(9);
  }

  @AfterEach
  void free() {
    Autograd.record(false);
    manager.close();
  }

  private static Conv2d convolution() {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(2)
        .optPadding(new Shape(1, 1))
        .build();
  }

  private static Linear linear() {
    return Linear.builder().setUnits(3).build();
  }

  private Block initialised(Block block) {
    block.initialize(manager, DataType.FLOAT32, IMAGES);
    return block;
  }

  private Block nested() {
    return initialised(
        new SequentialBlock()
            .add(new SequentialBlock().add(convolution()).add(BatchNorm.builder().build()))
            .add(Activation.reluBlock())
            .add(Blocks.batchFlattenBlock())
            .add(linear()));
  }

  private InferencePass inference(List<Site> sites) {
    return new InferencePass(new AdaptedModules(sites, false), manager, arena);
  }

  private float[] alone(Block block) {
    return block
        .forward(new ParameterStore(manager, false), new NDList(images), false)
        .singletonOrThrow()
        .toFloatArray();
  }

  @Test
  void pathsAreTheNamesInTheListsOfChildren() {
    try (BlockModel model = new BlockModel(manager, nested())) {
      assertEquals(
          List.of("01SequentialBlock.01Conv2d", "04Linear"),
          model.modules().stream().map(BaseModule::name).toList());
      assertEquals(List.of("01SequentialBlock.01Conv2d", "04Linear"), model.defaultTargets());
      assertTrue(model.parameters().containsKey("01SequentialBlock.01Conv2d.weight"));
      assertEquals(model.parameters().keySet(), model.tensorNames().keySet());
      assertEquals(List.of(), model.head());
      String message =
          assertThrows(ModelException.class, () -> model.module("01Conv2d")).getMessage();
      assertTrue(message.contains("01SequentialBlock.01Conv2d"), message);
    }
  }

  @Test
  void aBlockThatIsEvaluatedThroughPassesAloneGivesWhatItGave() {
    Block block = nested();
    float[] before = alone(block);
    try (BlockModel model = new BlockModel(manager, block)) {
      assertArrayEquals(before, model.output(inference(List.of()), images).toFloatArray());
      assertArrayEquals(before, alone(block), "and the block itself still works");
    }
  }

  @Test
  void closingGivesTheBlockBackAsItWas() throws IOException {
    Block block = nested();
    List<Block> children = block.getChildren().get("01SequentialBlock").getChildren().values();
    float[] before = alone(block);
    byte[] saved = saved(block);
    BlockModel model = new BlockModel(manager, block);
    assertNotSame(
        children.get(0),
        block.getChildren().get("01SequentialBlock").getChildren().values().get(0));
    assertArrayEquals(saved, saved(block), "an adapted block is saved like any other");
    block
        .getParameters()
        .forEach(p -> assertFalse(Autograd.requiresGradient(p.getValue().getArray()), p.getKey()));

    List<Site> sites = sites(model, 0.5f);
    new MergedWeights(manager, sites).merge();
    learn(model, sites);
    assertFalse(Arrays.equals(before, alone(block)), "merged, and with other statistics");
    model.close();

    assertArrayEquals(before, alone(block));
    assertEquals(children, block.getChildren().get("01SequentialBlock").getChildren().values());
    for (Parameter parameter : block.getParameters().values()) {
      boolean statistic = parameter.getName().startsWith("running");
      assertEquals(!statistic, parameter.requiresGradient(), parameter.getName());
    }
    assertArrayEquals(saved, saved(block));
  }

  private static byte[] saved(Block block) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    block.saveParameters(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private List<Site> sites(BlockModel model, float value) {
    List<Site> sites = new ArrayList<>();
    for (BaseModule module : model.modules()) {
      if (module instanceof io.github.cola4j.model.Linear) {
        NDArray weight = manager.full(new Shape(module.out(), module.in()), value);
        sites.add(new Site(module, new LinearAdapter(weight, null)));
      }
    }
    return sites;
  }

  private List<AdaptationData> learn(BlockModel model, List<Site> sites) {
    ServerPass pass = new ServerPass(new AdaptedModules(sites, false), manager, arena, null);
    NDArray made = model.output(pass, images).square().sum();
    List<AdaptationData> data = new ArrayList<>();
    pass.backward(made, manager.ones(made.getShape()), data::add);
    return data;
  }

  @Test
  void runningStatisticsAreBuffersThatTrainingChanges() {
    try (BlockModel model = new BlockModel(manager, nested())) {
      String mean = "01SequentialBlock.02BatchNorm.running_mean";
      String variance = "01SequentialBlock.02BatchNorm.running_var";
      assertEquals(List.of(mean, variance), List.copyOf(model.buffers().keySet()));
      float[] before = model.buffers().get(mean).toFloatArray();
      model.output(inference(List.of()), images);
      assertArrayEquals(before, model.buffers().get(mean).toFloatArray());
      learn(model, sites(model, 0));
      assertNotEquals(before[0], model.buffers().get(mean).toFloatArray()[0]);
    }
  }

  @Test
  void aBlockMustHaveItsParameters() {
    SequentialBlock block = new SequentialBlock().add(linear());
    assertTrue(
        assertThrows(ModelException.class, () -> new BlockModel(manager, block))
            .getMessage()
            .contains("initialize"));
  }

  /** One linear child, evaluated as a test says. */
  private abstract static class One extends AbstractBlock {
    protected final Linear registered = addChildBlock("one", Linear.builder().setUnits(3).build());

    abstract NDList made(ParameterStore store, NDList flat, boolean training);

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
      NDArray x = inputs.head();
      return made(store, new NDList(x.reshape(x.getShape().get(0), -1)), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      children.values().forEach(child -> child.initialize(manager, type, new Shape(-1, 16)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 3)};
    }
  }

  @Test
  void whatFieldsListsAndArraysHoldIsExchangedToo() {
    Block block =
        initialised(
            new One() {
              private final List<Block> inList = Arrays.asList(registered, registered);
              private final Linear[] inArray = {registered};

              @Override
              NDList made(ParameterStore store, NDList x, boolean training) {
                assertSame(registered, inList.get(1));
                assertSame(registered, inArray[0]);
                return registered.forward(store, x, training);
              }
            });
    float[] before = alone(block);
    try (BlockModel model = new BlockModel(manager, block)) {
      assertEquals(1, learn(model, sites(model, 0)).size());
    }
    assertArrayEquals(before, alone(block));
  }

  /** An embedding of numbers, which are their own ids. */
  private static final class Numbers extends ai.djl.nn.core.Embedding<Long> {
    Numbers(NDArray table) {
      super(table);
    }

    @Override
    public boolean hasItem(Long item) {
      return item < numEmbeddings;
    }

    @Override
    public long embed(Long item) {
      return item;
    }

    @Override
    public Optional<Long> unembed(long index) {
      return Optional.of(index);
    }

    @Override
    public byte[] encode(Long item) {
      return new byte[] {item.byteValue()};
    }

    @Override
    public Long decode(byte[] bytes) {
      return (long) bytes[0];
    }
  }

  @Test
  void embeddingsOfOnesOwnAreAdaptedToo() {
    NDArray table = manager.arange(12f).reshape(4, 3);
    Numbers numbers = new Numbers(table);
    Block block = new SequentialBlock().add(numbers);
    block.initialize(manager, DataType.FLOAT32, new Shape(2, 2));
    NDArray ids = manager.create(new int[] {3, 0, 1, 3}, new Shape(2, 2));
    try (BlockModel model = new BlockModel(manager, block)) {
      Embedding module = (Embedding) model.module("01Numbers");
      assertEquals(List.of(module), model.embeddings());
      assertEquals(List.of(), model.defaultTargets(), "not unless it is asked for");
      float[] before = {9, 10, 11, 0, 1, 2, 3, 4, 5, 9, 10, 11};
      assertArrayEquals(before, model.output(inference(List.of()), ids).toFloatArray());
      assertEquals(new Shape(2, 2, 3), model.output(inference(List.of()), ids).getShape());
      NDArray weight = manager.zeros(new Shape(3, 4));
      weight.set(new NDIndex("1, 3"), 0.5f); // the second value of id 3
      try (Forms forms = new Forms(manager)) {
        Site site = new Site(module, new LinearAdapter(forms.lookup(), weight, null));
        float[] after = {9, 10.5f, 11, 0, 1, 2, 3, 4, 5, 9, 10.5f, 11};
        assertArrayEquals(after, model.output(inference(List.of(site)), ids).toFloatArray());
        new MergedWeights(manager, List.of(site)).merge();
        assertArrayEquals(after, model.output(inference(List.of()), ids).toFloatArray());
      }
    }
    assertSame(numbers, block.getChildren().valueAt(0));
    assertEquals(10, table.getFloat(3, 1));
  }

  @Test
  void whatSeveralParentsShareIsOneModule() {
    Linear square = Linear.builder().setUnits(16).build();
    SequentialBlock shared = new SequentialBlock().add(square);
    Block block =
        initialised(
            new SequentialBlock()
                .add(Blocks.batchFlattenBlock())
                .add(new SequentialBlock().add(shared))
                .add(new SequentialBlock().add(shared))
                .add(new SequentialBlock().add(square)));
    float[] before = alone(block);
    try (BlockModel model = new BlockModel(manager, block)) {
      assertEquals(List.of("02SequentialBlock.01SequentialBlock.01Linear"), model.defaultTargets());
      assertEquals(Map.of(), model.obstacles());
      assertArrayEquals(before, model.output(inference(List.of()), images).toFloatArray());
      assertEquals(3, learn(model, sites(model, 0)).size());
    }
    assertSame(square, shared.getChildren().valueAt(0));
    assertArrayEquals(before, alone(block));
  }

  @Test
  void aChildThatIsEvaluatedPastItsStandInIsNoticed() {
    Block block =
        initialised(
            new One() {
              private final LambdaBlock inNothingThatIsSeen = captured(registered);

              private LambdaBlock captured(Linear child) {
                return new LambdaBlock(x -> child.forward(store, x, false));
              }

              private ParameterStore store;

              @Override
              NDList made(ParameterStore now, NDList x, boolean training) {
                store = now;
                return inNothingThatIsSeen.forward(now, x, training);
              }
            });
    try (BlockModel model = new BlockModel(manager, block)) {
      assertTrue(
          assertThrows(ModelException.class, () -> model.output(inference(List.of()), images))
              .getMessage()
              .contains("the child 01one was not evaluated through"));
    }
  }

  @Test
  void mergingIntoWeightsThatOthersReadIsNoticed() {
    Block block =
        initialised(
            new One() {
              @Override
              NDList made(ParameterStore store, NDList x, boolean training) {
                NDArray made = registered.forward(store, x, training).head();
                Parameter weight = registered.getParameters().get("weight");
                NDArray tied = store.getValue(weight, x.head().getDevice(), training);
                return new NDList(made.matMul(tied));
              }
            });
    try (BlockModel model = new BlockModel(manager, block)) {
      model.output(inference(List.of()), images);
      new MergedWeights(manager, sites(model, 1)).merge();
      assertTrue(
          assertThrows(ModelException.class, () -> model.output(inference(List.of()), images))
              .getMessage()
              .contains("01one"));
    }
  }

  @Test
  void anInputThatIsChangedAfterItWasReadIsNoticed() {
    Block block =
        initialised(
            new One() {
              @Override
              NDList made(ParameterStore store, NDList x, boolean training) {
                NDArray own = x.head().mul(2);
                NDArray made = registered.forward(store, new NDList(own), training).head();
                own.muli(2);
                return new NDList(made);
              }
            });
    try (BlockModel model = new BlockModel(manager, block)) {
      List<Site> sites = sites(model, 0);
      assertTrue(
          assertThrows(ModelException.class, () -> learn(model, sites))
              .getMessage()
              .contains("01one reads was changed in place"));
    }
  }

  /** Computes something of its own. */
  private static final class Doubled extends Linear {
    Doubled() {
      super(Linear.builder().setUnits(3));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
      return new NDList(super.forwardInternal(store, inputs, training, options).head().mul(2));
    }
  }

  /** Computes what its class computes. */
  private static final class Named extends Linear {
    Named() {
      super(Linear.builder().setUnits(3));
    }
  }

  @Test
  void childrenThatCannotBeAdaptedAreNamedWithTheReason() {
    Block block =
        initialised(
            new One() {
              private final Named named = addChildBlock("named", new Named());
              private final Doubled doubled = addChildBlock("doubled", new Doubled());
              private final Linear fixed = addChildBlock("fixed", linear());
              private final List<Linear> unchangeable = List.of(fixed);

              @Override
              NDList made(ParameterStore store, NDList x, boolean training) {
                NDArray sum = registered.forward(store, x, training).head();
                for (Block child : List.of(named, doubled, unchangeable.get(0))) {
                  sum = sum.add(child.forward(store, x, training).head());
                }
                return new NDList(sum);
              }
            });
    try (BlockModel model = new BlockModel(manager, block)) {
      assertEquals(List.of("01one"), model.modules().stream().map(BaseModule::name).toList());
      assertEquals(
          List.of("02named", "03doubled", "04fixed"), List.copyOf(model.obstacles().keySet()));
      assertTrue(model.obstacles().get("02named").contains("field named"));
      assertTrue(model.obstacles().get("03doubled").contains("forwardInternal"));
      assertTrue(model.obstacles().get("04fixed").contains("nothing can be exchanged"));
      String message =
          assertThrows(ModelException.class, () -> model.module("02named")).getMessage();
      assertTrue(message.contains(Named.class.getName()), message);
      model.output(inference(List.of()), images); // they are evaluated as they are
    }
  }

  @Test
  void convolutionsWithGroupsCannotBeAdapted() {
    Block block =
        new SequentialBlock()
            .add(
                Conv2d.builder()
                    .setKernelShape(new Shape(1, 1))
                    .setFilters(2)
                    .optGroups(2)
                    .build());
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 3, 3));
    try (BlockModel model = new BlockModel(manager, block)) {
      assertEquals(List.of(), model.modules());
      assertTrue(model.obstacles().get("01Conv2d").contains("2 groups"));
    }
  }

  @Test
  void rowsPassThroughTheAdaptersOfTheirOwners() {
    try (BlockModel model = new BlockModel(manager, nested())) {
      BaseModule module = model.module("04Linear");
      Start start = Start.linear(module.in(), module.out());
      Map<Integer, io.github.cola4j.adapter.Adapter> two = new TreeMap<>();
      two.put(0, LinearAdapter.fresh(manager, start, false));
      two.put(1, new LinearAdapter(manager.ones(new Shape(3, module.in())), null));
      Site site = new Site(module, new TreeMap<>(two));
      List<Routing.Route> routes =
          List.of(new Routing.Route(0, new int[] {1}, 1), new Routing.Route(1, new int[] {0}, 1));
      float[] bare = model.output(inference(List.of()), images).toFloatArray();
      InferencePass pass =
          new InferencePass(
              new AdaptedModules(List.of(site), false),
              new Routing(routes, routes),
              manager,
              arena);
      float[] routed = model.output(pass, images).toFloatArray();
      assertNotEquals(bare[0], routed[0], "the first row is of the second user");
      assertArrayEquals(Arrays.copyOfRange(bare, 3, 6), Arrays.copyOfRange(routed, 3, 6), 1e-6f);
    }
  }

  @Test
  void rowsThatCannotBeToldApartAreRefused() {
    Block block =
        initialised(
            new One() {
              @Override
              NDList made(ParameterStore store, NDList x, boolean training) {
                NDArray one = x.head().sum(new int[] {0}).reshape(1, 16); // all rows in one
                return registered.forward(store, new NDList(one), training);
              }
            });
    try (BlockModel model = new BlockModel(manager, block)) {
      List<Site> sites = sites(model, 1);
      assertEquals(1, learn(model, sites).size(), "a run without users takes it");
      List<Routing.Route> routes = List.of(new Routing.Route(0, new int[] {1}, 1));
      InferencePass pass =
          new InferencePass(
              new AdaptedModules(sites, false), new Routing(routes, routes), manager, arena);
      assertTrue(
          assertThrows(ModelException.class, () -> model.output(pass, images))
              .getMessage()
              .contains("01one"));
    }
  }
}
