package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Script;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A base held in 16 bits computes what its rounded weights give in float32, to the last bit. */
class HeldWeightsGoldenTest {
  private static final List<WeightType> NARROW = List.of(WeightType.BFLOAT16, WeightType.FLOAT16);

  @TempDir Path folder;
  private NDManager manager;
  private Script courier;
  private final HostArena arena = new HostArena();

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
    courier = Script.load(manager, InlineFit.class, "courier.py");
  }

  @AfterEach
  void end() {
    courier.close();
    manager.close();
  }

  static Stream<Arguments> cases() {
    return GoldenCase.all().stream()
        .flatMap(
            reference ->
                NARROW.stream()
                    .flatMap(
                        type ->
                            Stream.of(false, true)
                                .map(merged -> Arguments.of(reference, type, merged))));
  }

  @ParameterizedTest(name = "{0} in {1}, merged {2}")
  @MethodSource("cases")
  void trainsToTheSameBitsAsTheRoundedBase(GoldenCase reference, WeightType type, boolean merged) {
    ElementType stored = stored(type);
    Set<String> narrow = narrowTensors(reference, type);
    Path rounded = // linear modules alone, in a file of float32
        rewritten(
            reference,
            (name, tensor) ->
                narrow.contains(name) ? tensor.as(stored).as(ElementType.F32) : tensor);
    Map<String, float[]> expected = train(reference, rounded, WeightType.FLOAT32, merged);
    Path original = reference.file("checkpoint", "model.safetensors");
    assertSame(expected, train(reference, original, type, merged));
    assertNotEquals(
        expected.get("loss")[0],
        train(reference, original, WeightType.FLOAT32, merged).get("loss")[0]);

    Path small = rewritten(reference, (name, tensor) -> tensor.as(stored));
    assertSame(
        train(reference, small, WeightType.FLOAT32, merged), train(reference, small, type, merged));
  }

  /**
   * Three steps with the reference's low-rank adapters: losses, and the parameters they end with.
   */
  private Map<String, float[]> train(
      GoldenCase reference, Path file, WeightType type, boolean merged) {
    Map<String, float[]> made = new TreeMap<>();
    try (Weights weights = Safetensors.open(file);
        BaseModel model = reference.model(manager, weights, type);
        Objective<PackedBatch> task = reference.objective(manager, model)) {
      List<Site> sites =
          GradientLearningGoldenTest.sites(
              manager, model, reference.tensors("adapters", "low-rank.init.safetensors"));
      AdaptedModules modules = new AdaptedModules(sites, merged);
      MergedWeights mergedWeights = new MergedWeights(manager, merged ? sites : List.of());
      Optimizer optimizer = new Optimizer(manager, new AdamW(0.9, 0.999, 1e-8, 0.01));
      float[] losses = new float[3];
      try (InlineFit fit = new InlineFit(manager, sites, optimizer)) {
        for (int step = 0; step < losses.length; step++) {
          if (merged) {
            mergedWeights.merge();
          }
          try (Scope scope = Scope.open(manager)) {
            ServerPass pass = new ServerPass(modules, scope.manager(), arena, null);
            Loss loss = task.loss(pass, reference.batch);
            losses[step] = loss.mean().getFloat();
            int items = task.items(reference.batch);
            pass.backward(loss.made(), loss.gradient(), data -> fit.gather(data, items));
            fit.endBatch(items);
            fit.fit(1e-2);
          }
          arena.reset();
        }
        fit.parameters().forEach((name, array) -> made.put(name, array.toFloatArray()));
        made.put("loss", losses);
      }
      sites.forEach(site -> site.adapter().close());
    }
    assertFalse(made.isEmpty());
    return made;
  }

  private static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
  }

  @ParameterizedTest
  @MethodSource("io.github.cola4j.golden.GoldenCase#all")
  void linearModulesTakeHalfTheMemory(GoldenCase reference) {
    long wide = bytes(reference, WeightType.FLOAT32);
    assertTrue(wide > 0);
    for (WeightType type : NARROW) {
      assertEquals(wide, 2 * bytes(reference, type));
    }
  }

  private long bytes(GoldenCase reference, WeightType type) {
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights, type)) {
      return groups(model).mapToLong(g -> size(g.weight().held())).sum();
    }
  }

  private static Stream<LinearGroup> groups(BaseModel model) {
    Set<String> head = model.head().stream().map(Linear::name).collect(Collectors.toSet());
    return model.groups().stream()
        .filter(group -> group.members().stream().noneMatch(m -> head.contains(m.name())))
        .filter(group -> !group.members().get(0).name().endsWith("pooler.dense"));
  }

  private long size(NDArray array) {
    try (NDArray bytes = courier.apply("bytes", array)) {
      return bytes.getLong();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void whatIsWidenedIsWholeAndStaysTheSame(WeightType type) {
    GoldenCase reference = named("bert");
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights, type);
        Scope scope = Scope.open(manager)) {
      Linear query = GoldenCase.linears(model).get("bert.encoder.layer.0.attention.self.query");
      LinearGroup qkv =
          model.groups().stream().filter(g -> g.members().contains(query)).findFirst().get();
      assertThrows(IllegalStateException.class, query::weight);
      NDArray x = scope.manager().randomNormal(new Shape(5, query.in()));
      float[] before = qkv.weight().product(x, qkv.bias()).toFloatArray();
      int arrays = query.bias().getManager().getManagedArrays().size();
      query.widen();
      assertEquals(arrays, query.bias().getManager().getManagedArrays().size());
      assertEquals(DataType.FLOAT32, query.weight().getDataType());
      assertArrayEquals(before, qkv.weight().product(x, qkv.bias()).toFloatArray());
      query.weight().muli(0);
      for (Linear member : qkv.members()) { // and the group sees what is written
        boolean zero = qkv.members().indexOf(member) == 0;
        assertEquals(zero, member.weight().abs().sum().getFloat() == 0, member.name());
      }
      float[] after = qkv.weight().product(x, null).toFloatArray();
      assertEquals(0, after[0]);
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cola4j.golden.GoldenCase#all")
  void float16RefusesWhatItCannotHold(GoldenCase reference) {
    String damaged =
        narrowTensors(reference, WeightType.FLOAT16).stream().sorted().findFirst().get();
    Path large =
        rewritten(
            reference,
            (name, tensor) -> {
              if (!name.equals(damaged)) {
                return tensor;
              }
              float[] values = tensor.toFloats();
              values[1] = -70000;
              return HostTensor.floats(values, tensor.shape().getShape());
            });
    try (Weights weights = Safetensors.open(large)) {
      ModelException refused =
          assertThrows(
              ModelException.class, () -> reference.model(manager, weights, WeightType.FLOAT16));
      assertEquals(
          "the base's tensor "
              + damaged
              + " holds numbers beyond 65504, the largest of float16; write dtype: bfloat16",
          refused.getMessage());
      reference.model(manager, weights, WeightType.BFLOAT16).close();
    }
  }

  private static GoldenCase named(String name) {
    return GoldenCase.all().stream().filter(c -> c.name.equals(name)).findFirst().orElseThrow();
  }

  private static ElementType stored(WeightType type) {
    return type == WeightType.BFLOAT16 ? ElementType.BF16 : ElementType.F16;
  }

  /** The checkpoint's names of what is held in 16 bits. */
  private Set<String> narrowTensors(GoldenCase reference, WeightType type) {
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights, type)) {
      return model.groups().stream()
          .flatMap(group -> group.members().stream())
          .filter(module -> module.matrix().type().narrow())
          .map(module -> model.tensorNames().get(module.name() + ".weight"))
          .collect(Collectors.toSet());
    }
  }

  private Path rewritten(GoldenCase reference, BiFunction<String, HostTensor, HostTensor> change) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    reference
        .tensors("checkpoint", "model.safetensors")
        .forEach((name, tensor) -> tensors.put(name, change.apply(name, tensor)));
    Path file = folder.resolve("base-" + System.nanoTime() + ".safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    return file;
  }
}
