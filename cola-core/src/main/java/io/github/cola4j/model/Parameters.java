package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.TensorInfo;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.SeededRandom;
import io.github.cola4j.tensor.WeightType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Takes a model's tensors out of a checkpoint, under the names of the architecture. A checkpoint of
 * the bare model ({@code BertModel}) lacks the prefix ({@code bert.}) that one with a head has;
 * either is found, as are the names {@code gamma} and {@code beta} of old norms. Linear modules of
 * a head that the checkpoint lacks are drawn afresh, as transformers does: normal weights, zero
 * bias.
 */
final class Parameters {
  private final NDManager manager;
  private final Weights weights;
  private final String prefix;
  private final double initializerRange;
  private final long seed;
  private final WeightType type;
  private final Set<String> fresh = new HashSet<>();
  private final Map<String, String> taken = new TreeMap<>();

  /**
   * @param manager owner of all that is loaded
   * @param prefix of the bare model's names within a model with a head, say {@code bert.}
   * @param initializerRange standard deviation of fresh weights
   * @param seed of fresh weights
   * @param type what linear modules are held in, but for those of a head: these are small, and
   *     adapters are stored with them as one
   */
  Parameters(
      NDManager manager,
      Weights weights,
      String prefix,
      double initializerRange,
      long seed,
      WeightType type) {
    this.manager = manager;
    this.weights = weights;
    this.prefix = prefix;
    this.initializerRange = initializerRange;
    this.seed = seed;
    this.type = type;
  }

  /** A tensor by its full name, of the expected shape. */
  NDArray load(String name, long... shape) {
    String stored = found(name, shape);
    return Owned.by(manager, m -> weights.load(m, stored));
  }

  /**
   * A tensor that several modules share; a checkpoint holds it under one of their names or more.
   *
   * @param name that of the tensor itself
   * @param copies those of the modules that are tied to it
   * @throws ModelException if two of them differ
   */
  NDArray tied(String name, List<String> copies, long... shape) {
    List<String> held =
        Stream.concat(Stream.of(name), copies.stream()).filter(this::contains).toList();
    if (held.isEmpty()) {
      return load(name, shape); // says that it is missing
    }
    NDArray tensor = load(held.get(0), shape);
    for (String copy : held.subList(1, held.size())) {
      String stored = found(copy, shape);
      try (NDManager scratch = manager.newSubManager();
          NDArray other = Owned.by(scratch, m -> weights.load(m, stored))) {
        if (!tensor.contentEquals(other)) {
          throw new ModelException(
              "the base's tensors %s and %s differ, but this architecture is built with one for both"
                  .formatted(taken.get(held.get(0)), stored));
        }
      }
    }
    String stored = taken.get(held.get(0));
    held.forEach(taken::remove);
    taken.put(name, stored);
    return tensor;
  }

  /**
   * A tensor that is tied to another, unless the checkpoint holds it with values of its own: as
   * transformers 5 loads it, while those before tied it whatever the file held.
   *
   * @param source the other one, of the same shape
   */
  NDArray ownOrTied(String name, NDArray source) {
    if (!contains(name)) {
      return source;
    }
    NDArray own = load(name, source.getShape().getShape());
    if (!own.contentEquals(source)) {
      return own;
    }
    own.close();
    taken.remove(name);
    return source;
  }

  /**
   * Linear modules of the checkpoint that read the same input, as one group whose members are views
   * of it.
   *
   * @param in input features
   * @param out output features of each
   */
  LinearGroup group(long in, long out, String... names) {
    return group(in, true, Stream.of(names).map(name -> new Member(name, out)).toList());
  }

  /** A linear module of a group: its path, and how many output features it has. */
  record Member(String name, long out) {}

  /** The same for modules of different sizes, which all have a bias or all have none. */
  LinearGroup group(long in, boolean biased, List<Member> asked) {
    return group(in, biased, asked, type);
  }

  private LinearGroup group(long in, boolean biased, List<Member> asked, WeightType type) {
    List<BaseModule.Pristine> stored = // refuses sizes that do not fit before room is made for them
        asked.stream().map(member -> stored(member.name, in, member.out, biased)).toList();
    long out = asked.stream().mapToLong(Member::out).sum();
    FrozenWeight weight = FrozenWeight.of(type.zeros(manager, out, in), type);
    NDArray bias = biased ? zeros(out) : null;
    List<Linear> members = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < asked.size(); i++) {
      Member member = asked.get(i);
      NDArray biasRows = biased ? rows(bias, from, from + member.out) : null;
      members.add(
          linear(member.name, weight.rows(from, from + member.out), biasRows, stored.get(i)));
      from += member.out;
    }
    return new LinearGroup(List.copyOf(members), weight, bias);
  }

  /**
   * A linear module whose weight the checkpoint holds as [in, out]: transformers' Conv1D. In
   * float32 it lies in memory as it is stored, and is seen turned: products take either, and
   * turning takes longer than reading.
   */
  LinearGroup conv1d(String name, long in, long out) {
    String weightName = found(name + ".weight", in, out);
    String biasName = found(name + ".bias", out);
    NDArray lying = type.narrow() ? null : zeros(in, out);
    FrozenWeight weight =
        type.narrow()
            ? FrozenWeight.of(type.zeros(manager, out, in), type)
            : FrozenWeight.of(Owned.by(manager, m -> lying.transpose()));
    BaseModule.Pristine turned = turned(manager, weights, weightName);
    BaseModule.Pristine pristine =
        (target, bias) -> {
          if (lying != null && target == weight.held()) {
            read(weightName, lying);
          } else {
            turned.writeTo(target, null);
          }
          read(biasName, bias);
        };
    return LinearGroup.of(linear(name, weight, zeros(out), pristine));
  }

  /** A linear module, once its memory is filled from the checkpoint. */
  private Linear linear(
      String name, FrozenWeight weight, NDArray bias, BaseModule.Pristine stored) {
    WeightType held = weight.type();
    if (!held.narrow()) {
      stored.writeTo(weight.array(), bias);
      return new Linear(name, weight, bias, stored);
    }
    String weightName = taken.get(name + ".weight");
    try (Scope scope = Scope.open(manager)) {
      NDArray values = scope.manager().zeros(new Shape(weight.out(), weight.in()));
      stored.writeTo(values, bias);
      if (!held.put(values, weight.held())) {
        throw new ModelException(
            "the base's tensor %s holds numbers beyond %s, the largest of %s; write dtype: %s"
                .formatted(
                    weightName,
                    held.largest(),
                    word(held),
                    word(held == WeightType.FLOAT16 ? WeightType.BFLOAT16 : WeightType.FLOAT32)));
      }
    }
    boolean exact = weights.info(weightName).dtype().equals(held.stored());
    BaseModule.Pristine rounded =
        (wide, biasRows) -> {
          stored.writeTo(wide, biasRows);
          held.round(wide);
        };
    return new Linear(name, weight, bias, exact ? stored : rounded);
  }

  private static String word(WeightType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /**
   * A table of embeddings.
   *
   * @param name the module's path
   * @param alone whether nothing but the lookup reads the table
   */
  Table table(String name, long entries, long width, boolean alone) {
    String stored = found(name + ".weight", entries, width);
    return new Table(manager, weights, name, stored, new Shape(entries, width), null, alone);
  }

  /**
   * A table that was loaded already.
   *
   * @param stored the checkpoint's name of it
   */
  Table table(String name, NDArray entries, String stored, boolean alone) {
    return new Table(manager, weights, name, stored, entries.getShape(), entries, alone);
  }

  /** The original of a weight that the checkpoint holds turned. */
  static BaseModule.Pristine turned(NDManager manager, Weights weights, String stored) {
    return (weight, bias) -> {
      try (NDManager scratch = manager.newSubManager();
          NDArray loaded = Owned.by(scratch, m -> weights.load(m, stored));
          NDArray turned = Owned.by(scratch, m -> loaded.transpose())) {
        Assign.values(weight, turned);
      }
    };
  }

  /** Whether the checkpoint holds a tensor under this name, with or without the prefix. */
  boolean contains(String name) {
    return weights.contains(stored(name));
  }

  /** The checkpoint's name of every tensor that was taken, by its full name in the model. */
  Map<String, String> taken() {
    return Collections.unmodifiableMap(taken);
  }

  /**
   * The members {@code from} to {@code to} (exclusive) of a group whose members are of one size, as
   * views.
   */
  LinearGroup part(LinearGroup group, int from, int to) {
    long out = group.members().get(0).out();
    return new LinearGroup(
        group.members().subList(from, to),
        group.weight().rows(from * out, to * out),
        rows(group.bias(), from * out, to * out));
  }

  /** The last linear module of the head, with an output for each class. */
  Linear classifier(long in, long classes, String name) {
    return classifier(in, classes, name, true);
  }

  /** The same for a module that may have no bias. */
  Linear classifier(long in, long classes, String name, boolean biased) {
    String stored = stored(name + ".weight");
    if (weights.contains(stored)
        && weights.info(stored).shape().dimension() == 2
        && weights.info(stored).shape().get(0) != classes) {
      throw new ModelException(
          "the base's classifier tells %d classes apart, the labels are %d; take a base without a classifier (a fresh one is drawn), or name the classes it was made for in data.labels"
              .formatted(weights.info(stored).shape().get(0), classes));
    }
    return linearOrFresh(in, classes, name, biased);
  }

  /** A linear module of the head: the checkpoint's, or a fresh one. */
  Linear linearOrFresh(long in, long out, String name) {
    return linearOrFresh(in, out, name, true);
  }

  private Linear linearOrFresh(long in, long out, String name, boolean biased) {
    if (contains(name + ".weight")) {
      return group(in, biased, List.of(new Member(name, out)), WeightType.FLOAT32).members().get(0);
    }
    fresh.add(name);
    float[] values = new float[Math.toIntExact(in * out)];
    Random random = SeededRandom.of(seed, name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * initializerRange);
    }
    NDArray drawn = Owned.by(manager, m -> m.create(values, new Shape(out, in)));
    Linear linear =
        new Linear(
            name,
            zeros(out, in),
            biased ? zeros(out) : null,
            (weight, bias) -> {
              Assign.values(weight, drawn);
              if (biased) {
                bias.muli(0);
              }
            });
    linear.pristine().writeTo(linear.weight(), linear.bias());
    return linear;
  }

  /** Whether {@link #linearOrFresh} drew this module. */
  boolean isFresh(Linear linear) {
    return fresh.contains(linear.name());
  }

  private BaseModule.Pristine stored(String name, long in, long out, boolean biased) {
    String weightName = found(name + ".weight", out, in);
    String biasName = biased ? found(name + ".bias", out) : null;
    return (weight, bias) -> {
      read(weightName, weight);
      if (biased) {
        read(biasName, bias);
      }
    };
  }

  /**
   * On the CPU straight from the mapped file into the array's memory: merged weights are formed
   * from it in every step.
   */
  private void read(String stored, NDArray target) {
    if (target.getDevice().isGpu()) {
      weights.loadInto(target, stored);
    } else {
      ByteBuffer memory = target.toByteBuffer(true).order(ByteOrder.nativeOrder());
      weights.floats(stored, 0, memory.asFloatBuffer());
    }
  }

  private NDArray zeros(long... shape) {
    return Owned.by(manager, m -> m.zeros(new Shape(shape), DataType.FLOAT32));
  }

  private NDArray rows(NDArray array, long from, long to) {
    return Owned.by(manager, m -> array.get(new NDIndex("{}:{}", from, to)));
  }

  /** The stored name of a tensor that must be there and have this shape. */
  private String found(String name, long... shape) {
    String stored = stored(name);
    if (!weights.contains(stored)) {
      throw new ModelException(
          "the base has no tensor %s; it is not a checkpoint of the architecture that its config.json names"
              .formatted(stored));
    }
    TensorInfo info = weights.info(stored);
    if (!info.type().map(ElementType::isFloating).orElse(true)) { // other types: see loading
      throw new ModelException(
          "the base's tensor %s holds %s, where floating-point numbers are needed"
              .formatted(stored, info.dtype()));
    }
    Shape actual = info.shape();
    if (!actual.equals(new Shape(shape))) {
      throw new ModelException(
          "the base's tensor %s has shape %s, but %s is needed here; config.json, the number of classes and the weights do not fit together"
              .formatted(stored, actual, new Shape(shape)));
    }
    taken.put(name, stored);
    return stored;
  }

  /** The name under which the checkpoint holds a tensor, the given one if it does not. */
  private String stored(String name) {
    String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    for (String candidate : List.of(name, bare, dated(name), dated(bare))) {
      if (weights.contains(candidate)) {
        return candidate;
      }
    }
    return name;
  }

  private static String dated(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }
}
