package io.github.cola4j.model.block;

import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.util.Pair;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.Convolution;
import io.github.cola4j.model.Embedding;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Any DJL block of one's own as a frozen base, without a change of its code. Its children at any
 * depth that are {@code Linear}, {@code Conv2d} without groups or {@code Embedding} may be sites. A
 * child's path are the names in its parents' lists of children, joined by dots: {@code 01Conv2d},
 * {@code 02SequentialBlock.01Linear}.
 *
 * <p>While this is open, stand-ins that share the children's parameters take their places and
 * evaluate them through the {@link ForwardPass}, and no parameter requires a gradient. Closing puts
 * everything back as it was, merged weights and the running statistics of batch norms included:
 * save {@link #buffers} before, if they are to be kept.
 *
 * <p>Batch norms and dropout learn or predict as {@link ForwardPass#training} says. Batch
 * statistics are of all rows, whoever owns them. Where users' rows are to be told apart, the first
 * dimension of what a site reads must be the batch's.
 *
 * <p>One thread at a time.
 */
public final class BlockModel implements BaseModel {
  private final Block block;
  private final NDManager manager;
  private final Exchange exchange = new Exchange();
  private final Map<String, BaseModule> modules = new LinkedHashMap<>();
  private final Map<String, String> obstacles = new LinkedHashMap<>();
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> buffers = new LinkedHashMap<>();
  private final Map<Parameter, BlockChild> weights = new IdentityHashMap<>();
  private final Map<Block, Block> standIns = new IdentityHashMap<>(); // by the child
  private final List<Parameter> frozen = new ArrayList<>(); // of those that were not
  private final List<KeptCopy> copies = new ArrayList<>();

  /**
   * @param parent whose device the block is on
   * @param block whose parameters are initialised; they stay the caller's
   * @throws ModelException if they are not
   */
  public BlockModel(NDManager parent, Block block) {
    if (!block.isInitialized()) {
      throw new ModelException(
          "the block has no parameters yet; call its initialize(manager, type, shapes) first");
    }
    this.block = block;
    this.manager = parent.newSubManager();
    try {
      walk("", block, Collections.newSetFromMap(new IdentityHashMap<>()));
      freeze();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void walk(String prefix, Block parent, Set<Block> walked) {
    if (!walked.add(parent)) {
      return; // what several parents share has the path at which it is met first
    }
    for (Pair<String, Parameter> parameter : parent.getDirectParameters()) {
      name(prefix + snake(parameter.getKey()), parameter.getValue());
    }
    Set<Block> met = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Pair<String, Block> entry : parent.getChildren()) {
      String path = prefix + entry.getKey();
      Block child = entry.getValue();
      if (!met.add(child)) {
        continue; // the parent has it twice, and all its places were exchanged
      }
      if (isSite(child)) {
        adapt(path, parent, child);
      }
      walk(path + ".", child, walked);
    }
  }

  private static boolean isSite(Block child) {
    return child instanceof ai.djl.nn.core.Linear
        || child instanceof Conv2d
        || child instanceof ai.djl.nn.core.Embedding;
  }

  private void adapt(String path, Block parent, Block child) {
    try {
      Block standIn = standIns.get(child);
      if (standIn == null) {
        BlockChild adapted = new BlockChild(module(path, child), child);
        standIn = standIn(adapted);
        exchange.put(parent, child, standIn);
        standIns.put(child, standIn);
        weights.put(weight(child), adapted);
        modules.put(path, adapted.module());
      } else {
        exchange.put(parent, child, standIn); // one child of two parents is one module
      }
    } catch (Exchange.Refused e) {
      obstacles.put(path, e.getMessage());
    }
  }

  private BaseModule module(String path, Block child) throws Exchange.Refused {
    NDArray weight = weight(child).getArray();
    if (weight.getDataType() != DataType.FLOAT32 && weight.getDataType() != DataType.FLOAT64) {
      throw new Exchange.Refused(
          "its weights are of type %s, and adapters are float32 or float64"
              .formatted(weight.getDataType()));
    }
    NDArray bias =
        child.getDirectParameters().contains("bias")
            ? child.getDirectParameters().get("bias").getArray()
            : null;
    if (child instanceof Conv2d convolution) {
      requireOwnForward(child, Conv2d.class.getSuperclass());
      if (convolution.getGroups() != 1) {
        throw new Exchange.Refused(
            "it is a convolution with %d groups, and adapters stand beside those with one"
                .formatted(convolution.getGroups()));
      }
      NDArray flat = Owned.by(manager, m -> weight.reshape(weight.getShape().get(0), -1));
      return new Convolution(path, flat, bias, copy(flat, bias), window(convolution));
    }
    if (child instanceof ai.djl.nn.core.Linear) {
      requireOwnForward(child, ai.djl.nn.core.Linear.class);
      return new Linear(path, weight, bias, copy(weight, bias));
    }
    requireOwnForward(child, ai.djl.nn.core.Embedding.class);
    NDArray turned = Owned.by(manager, m -> weight.transpose());
    return new Embedding(path, turned.getShape(), () -> turned, copy(turned, null), true);
  }

  /** A subclass may compute something else with the same parameters. */
  private static void requireOwnForward(Block child, Class<?> owner) throws Exchange.Refused {
    for (Class<?> type = child.getClass(); type != owner; type = type.getSuperclass()) {
      for (java.lang.reflect.Method method : type.getDeclaredMethods()) {
        if (method.getName().equals("forwardInternal")) {
          throw new Exchange.Refused(
              "its class, %s, has a forwardInternal of its own".formatted(type.getName()));
        }
      }
    }
  }

  private static Window window(Conv2d convolution) {
    Shape kernel = convolution.getKernelShape();
    Shape stride = convolution.getStride();
    Shape padding = convolution.getPadding();
    Shape dilation = convolution.getDilation();
    return new Window(
        (int) kernel.get(0),
        (int) kernel.get(1),
        (int) stride.get(0),
        (int) stride.get(1),
        (int) padding.get(0),
        (int) padding.get(1),
        (int) dilation.get(0),
        (int) dilation.get(1));
  }

  private static Block standIn(BlockChild child) {
    if (child.original() instanceof Conv2d convolution) {
      return new ConvolutionStandIn(child, convolution);
    }
    if (child.original() instanceof TrainableWordEmbedding words) {
      return new WordEmbeddingStandIn(child, words);
    }
    if (child.original() instanceof ai.djl.nn.core.Embedding<?> embedding) {
      return new EmbeddingStandIn<>(child, embedding);
    }
    return new LinearStandIn(child);
  }

  private static Parameter weight(Block child) {
    return child.getDirectParameters().valueAt(0); // each of the three adds it first
  }

  private KeptCopy copy(NDArray weight, NDArray bias) {
    KeptCopy copy = new KeptCopy(manager, weight, bias);
    copies.add(copy);
    return copy;
  }

  private void name(String name, Parameter parameter) {
    NDArray array = parameter.getArray();
    parameters.put(name, array);
    if (parameter.getType() == Parameter.Type.RUNNING_MEAN
        || parameter.getType() == Parameter.Type.RUNNING_VAR) {
      buffers.put(name.contains(".") ? name : "block." + name, array);
      copy(array, null).take();
    }
  }

  private static String snake(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private void freeze() {
    for (Parameter parameter : block.getParameters().values()) {
      if (parameter.requiresGradient()) {
        parameter.freeze(true);
        frozen.add(parameter);
      }
    }
  }

  /**
   * Evaluates the block.
   *
   * @param inputs the first dimension of the first is the batch's
   * @throws ModelException if a child was evaluated past its stand-in
   */
  public NDList output(ForwardPass pass, NDList inputs) {
    PassParameters store = new PassParameters(pass, inputs.head().getShape().get(0), weights);
    NDList made = block.forward(store, inputs, pass.training());
    store.requireNonePassedBy();
    return made;
  }

  /** The same for a block of one input and one output. */
  public NDArray output(ForwardPass pass, NDArray input) {
    return output(pass, new NDList(input)).singletonOrThrow();
  }

  /** The type of the block's values. */
  public DataType dataType() {
    return parameters.values().stream()
        .map(NDArray::getDataType)
        .filter(DataType::isFloating)
        .findFirst()
        .orElse(DataType.FLOAT32);
  }

  /** All parameters, buffers among them, by path: {@code conv1.weight}; the block's own arrays. */
  public Map<String, NDArray> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * What passes change although they learn nothing by gradients, by path: {@code bn1.running_mean},
   * {@code bn1.running_var}. The block's own arrays: what is assigned to them is what the block
   * goes on with.
   */
  @Override
  public Map<String, NDArray> buffers() {
    return Collections.unmodifiableMap(buffers);
  }

  /** Why children of the kinds that may be sites cannot be, by path. */
  @Override
  public Map<String, String> obstacles() {
    return Collections.unmodifiableMap(obstacles);
  }

  /**
   * One module that may be a site.
   *
   * @throws ModelException if there is none of this path, saying why
   */
  public BaseModule module(String path) {
    BaseModule module = modules.get(path);
    if (module != null) {
      return module;
    }
    throw new ModelException(
        obstacles.containsKey(path)
            ? "the child %s cannot be adapted: %s".formatted(path, obstacles.get(path))
            : "the block has no child %s that can be adapted; it has %s"
                .formatted(path, String.join(", ", modules.keySet())));
  }

  @Override
  public List<BaseModule> modules() {
    return List.copyOf(modules.values());
  }

  /** None: a block's children are evaluated one by one. */
  @Override
  public List<LinearGroup> groups() {
    return List.of();
  }

  @Override
  public List<Embedding> embeddings() {
    return modules.values().stream()
        .filter(Embedding.class::isInstance)
        .map(Embedding.class::cast)
        .toList();
  }

  /** None: every module is adapted if it is a target, and else as it is. */
  @Override
  public List<Linear> head() {
    return List.of();
  }

  @Override
  public List<String> headModules() {
    return List.of();
  }

  /** All linear modules and convolutions. */
  @Override
  public List<String> defaultTargets() {
    return modules.values().stream()
        .filter(module -> !(module instanceof Embedding))
        .map(BaseModule::name)
        .toList();
  }

  /** No bound that the block would tell. */
  @Override
  public int maxTokens() {
    return Integer.MAX_VALUE;
  }

  /** Each parameter under its own name. */
  @Override
  public Map<String, String> tensorNames() {
    Map<String, String> names = new LinkedHashMap<>();
    parameters.keySet().forEach(name -> names.put(name, name));
    return names;
  }

  @Override
  public String transformersClass() {
    throw new UnsupportedOperationException("transformers knows no blocks of one's own");
  }

  /** Puts the block back as it was; its parameters stay the caller's. */
  @Override
  public void close() {
    exchange.undo();
    copies.forEach(KeptCopy::restore);
    frozen.forEach(parameter -> parameter.freeze(false));
    manager.close();
  }
}
