package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.AdapterException;
import io.github.cola4j.adapter.AdapterKinds;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.ModuleShape;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.Convolution;
import io.github.cola4j.model.Embedding;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Sites as PEFT stores them, and back. Adapters keep their parameters; the head's modules are
 * stored whole, base + Δ, under PEFT's {@code modules_to_save}.
 */
public final class PeftSites {
  private PeftSites() {}

  /**
   * What a PEFT folder of one user's adapters holds.
   *
   * @param config must be LORA for low-rank adapters, COLA for others
   * @param user the number under which the sites hold the adapters
   * @param head the names of the sites that are stored whole
   * @param buffers what training changed beside the adapters, stored whole too
   */
  public static PeftAdapter export(
      NDManager manager,
      PeftConfig config,
      List<Site> sites,
      int user,
      Set<String> head,
      Map<String, NDArray> buffers) {
    Map<String, HostTensor> tensors = new TreeMap<>();
    put(tensors, buffers);
    for (Site site : sites) {
      if (head.contains(site.name())) {
        whole(manager, site, List.of(Routing.Route.all(user, 1)), tensors);
      } else {
        site.adapter(user)
            .ifPresent(adapter -> put(manager, tensors, config, site.module(), adapter));
      }
    }
    return new PeftAdapter(config, tensors);
  }

  /** Stores what training changed beside adapters. */
  static void put(Map<String, HostTensor> tensors, Map<String, NDArray> buffers) {
    buffers.forEach(
        (name, array) -> {
          int dot = name.lastIndexOf('.');
          tensors.put(
              PeftAdapter.savedKey(name.substring(0, dot), name.substring(dot + 1)),
              HostTensor.of(array));
        });
  }

  /** The modules that buffers belong to. */
  static Set<String> modulesOf(Map<String, NDArray> buffers) {
    return buffers.keySet().stream()
        .map(name -> name.substring(0, name.lastIndexOf('.')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void put(
      NDManager manager,
      Map<String, HostTensor> tensors,
      PeftConfig config,
      BaseModule module,
      Adapter adapter) {
    String path = module.name();
    adapter
        .parameters()
        .forEach(
            (name, array) -> {
              if (config.peftType() == PeftConfig.PeftType.COLA) {
                tensors.put(PeftAdapter.colaKey(path, name), HostTensor.of(array));
              } else {
                putLowRank(manager, tensors, module, name, array);
              }
            });
  }

  /** A or B of a low-rank adapter, of the shape that PEFT has beside such a module. */
  static void putLowRank(
      NDManager manager,
      Map<String, HostTensor> tensors,
      BaseModule module,
      String name,
      NDArray array) {
    boolean first = name.equals("A");
    String path = module.name();
    if (module instanceof Embedding) {
      String key = first ? PeftAdapter.embeddingAKey(path) : PeftAdapter.embeddingBKey(path);
      tensors.put(key, HostTensor.of(array));
      return;
    }
    String key = first ? PeftAdapter.loraAKey(path) : PeftAdapter.loraBKey(path);
    if (module instanceof Convolution convolution) {
      int height = convolution.window().kernelHeight();
      int width = convolution.window().kernelWidth();
      long rows = array.getShape().get(0);
      Shape shape =
          first
              ? new Shape(rows, convolution.channels(), height, width)
              : new Shape(rows, array.getShape().get(1), 1, 1);
      NDArray kernel = Owned.by(manager, m -> array.reshape(shape));
      tensors.put(key, HostTensor.of(kernel));
      kernel.close();
      return;
    }
    tensors.put(key, HostTensor.of(array));
  }

  /**
   * Stores a module whole, with adapters in it.
   *
   * @param passed whose adapters, and with what share
   */
  static void whole(
      NDManager manager, Site site, List<Routing.Route> passed, Map<String, HostTensor> tensors) {
    try (Scope scope = Scope.open(manager)) {
      MergedWeights.Sum sum = MergedWeights.sum(scope.manager(), site, passed);
      tensors.put(PeftAdapter.savedKey(site.name(), "weight"), HostTensor.of(sum.weight()));
      if (sum.bias() != null) {
        tensors.put(PeftAdapter.savedKey(site.name(), "bias"), HostTensor.of(sum.bias()));
      }
    }
  }

  /**
   * The sites that a PEFT folder describes. What training changed beside adapters is put into the
   * model.
   *
   * @param manager owner of the adapters' parameters
   * @throws ModelException if it names modules that the model does not have, or whose shapes differ
   */
  public static List<Site> load(
      NDManager manager, ModuleShapes shapes, PeftAdapter stored, BaseModel model) {
    Map<String, BaseModule> modules = modules(model);
    List<Site> sites = new ArrayList<>();
    for (String path : stored.paths()) {
      BaseModule module = module(modules, path);
      try {
        sites.add(new Site(module, adapter(manager, shapes.of(module), stored, path)));
      } catch (AdapterException e) {
        throw new ModelException(e.getMessage());
      }
    }
    Map<String, NDArray> buffers = model.buffers();
    stored
        .saved()
        .forEach(
            (name, tensor) -> {
              if (buffers.containsKey(name)) {
                restore(buffers.get(name), name, tensor);
              }
            });
    Set<String> whole =
        stored.saved().keySet().stream()
            .filter(name -> !buffers.containsKey(name))
            .map(name -> name.substring(0, name.lastIndexOf('.')))
            .collect(Collectors.toCollection(TreeSet::new));
    for (String path : whole) {
      BaseModule module = module(modules, path);
      if (!(module instanceof Linear)) {
        throw new ModelException(
            "the adapter stores %s whole (modules_to_save), and only linear modules can be; train it with that module left frozen or adapted"
                .formatted(path));
      }
      sites.add(difference(manager, stored, module));
    }
    return sites;
  }

  private static void restore(NDArray buffer, String name, HostTensor tensor) {
    if (!tensor.shape().equals(buffer.getShape())) {
      throw new ModelException(
          "the adapter's %s has shape %s, the base's %s"
              .formatted(name, tensor.shape(), buffer.getShape()));
    }
    try (Scope scope = Scope.open(buffer.getManager())) {
      Assign.values(buffer, tensor.load(scope.manager()));
    }
  }

  /** All modules of a model that may be sites by their paths, lowest first. */
  public static Map<String, BaseModule> modules(BaseModel model) {
    Map<String, BaseModule> modules = new LinkedHashMap<>();
    model.modules().forEach(module -> modules.put(module.name(), module));
    return modules;
  }

  private static BaseModule module(Map<String, BaseModule> modules, String path) {
    BaseModule module = modules.get(path);
    if (module == null) {
      throw new ModelException(
          "the adapter belongs to a module %s, which this base does not have; it was made for another base"
              .formatted(path));
    }
    return module;
  }

  private static Adapter adapter(
      NDManager manager, ModuleShape module, PeftAdapter stored, String path) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    Start whole = module.whole();
    PeftConfig config = stored.config();
    if (config.peftType() == PeftConfig.PeftType.LORA) {
      requireLowRank(path, module, stored.loraA(path).shape(), stored.loraB(path).shape());
      requireSizes(path, whole, flat(stored.loraA(path)).get(1), stored.loraB(path).shape().get(0));
      parameters.put("A", owned(manager, stored.loraA(path), flat(stored.loraA(path))));
      parameters.put("B", owned(manager, stored.loraB(path), flat(stored.loraB(path))));
      return AdapterKinds.stored(manager, config, path, module, parameters);
    }
    Map<String, HostTensor> tensors = stored.cola(path);
    switch (config.kind()) {
      case "linear" -> requireLinear(path, whole, tensors);
      case "mlp" -> requireMlp(path, module.pixel().orElse(whole), tensors);
      default -> {} // a kind of one's own knows its parameters itself
    }
    tensors.forEach((name, tensor) -> parameters.put(name, owned(manager, tensor, tensor.shape())));
    return AdapterKinds.stored(manager, config, path, module, parameters);
  }

  /** A and B are matrices, or beside a convolution kernels, of which B's is of one pixel. */
  private static void requireLowRank(String path, ModuleShape module, Shape a, Shape b) {
    boolean kernels = module.kind() == ModuleShape.Kind.CONVOLUTION;
    boolean fits =
        kernels
            ? a.dimension() == 4 && b.dimension() == 4 && b.get(2) == 1 && b.get(3) == 1
            : a.dimension() == 2 && b.dimension() == 2;
    if (!fits) {
      throw new ModelException(
          "the adapter's A and B at %s have shapes %s and %s; beside a %s they are %s"
              .formatted(
                  path,
                  a,
                  b,
                  module.kind().name().toLowerCase(Locale.ROOT),
                  kernels ? "[r, channels, height, width] and [out, r, 1, 1]" : "matrices"));
    }
  }

  /** [r, features] of what PEFT may store as the kernel of a convolution. */
  private static Shape flat(HostTensor tensor) {
    Shape shape = tensor.shape();
    return new Shape(shape.get(0), shape.size() / shape.get(0));
  }

  private static NDArray owned(NDManager manager, HostTensor tensor, Shape shape) {
    // No view of another array: that one's memory ends with it.
    return Owned.by(manager, m -> m.create(tensor.toFloats(), shape));
  }

  private static void requireLinear(String path, Start start, Map<String, HostTensor> tensors) {
    HostTensor weight = tensors.get("W");
    HostTensor bias = tensors.get("b");
    if (weight == null || tensors.size() != (bias == null ? 1 : 2)) {
      throw wrongTensors(path, "a linear adapter has W, and perhaps b", tensors.keySet());
    }
    requireMatrix(path, "W", weight);
    requireSizes(path, start, weight.shape().get(1), weight.shape().get(0));
    requireVector(path, "b", bias, weight);
  }

  private static void requireMlp(String path, Start start, Map<String, HostTensor> tensors) {
    int layers = tensors.size() / 2;
    long in = start.in();
    for (int i = 1; i <= layers; i++) {
      HostTensor weight = tensors.get("W" + i);
      HostTensor bias = tensors.get("b" + i);
      if (weight == null || bias == null || tensors.size() % 2 != 0) {
        throw wrongTensors(path, "an MLP has W1, b1, W2, b2, …", tensors.keySet());
      }
      requireMatrix(path, "W" + i, weight);
      long out = i == layers ? start.out() : weight.shape().get(0);
      requireSizes(
          path,
          new Start(start.form(), in, out, start.type()),
          weight.shape().get(1),
          weight.shape().get(0));
      requireVector(path, "b" + i, bias, weight);
      in = weight.shape().get(0);
    }
    if (layers == 0) {
      throw wrongTensors(path, "an MLP has W1, b1, W2, b2, …", tensors.keySet());
    }
  }

  private static void requireMatrix(String path, String name, HostTensor tensor) {
    if (tensor.shape().dimension() != 2) {
      throw new ModelException(
          "the adapter's %s at %s has shape %s, which is no matrix"
              .formatted(name, path, tensor.shape()));
    }
  }

  private static void requireVector(String path, String name, HostTensor bias, HostTensor weight) {
    if (bias != null && !bias.shape().equals(new Shape(weight.shape().get(0)))) {
      throw new ModelException(
          "the adapter's %s at %s has shape %s, not %s"
              .formatted(name, path, bias.shape(), new Shape(weight.shape().get(0))));
    }
  }

  private static ModelException wrongTensors(String path, String wanted, Set<String> found) {
    return new ModelException("the adapter at %s holds %s; %s".formatted(path, found, wanted));
  }

  private static void requireSizes(String path, Start start, long in, long out) {
    if (in != start.in() || out != start.out()) {
      throw new ModelException(
          "the adapter at %s is for %d inputs and %d outputs, the base has %d and %d; it was made for another base"
              .formatted(path, in, out, start.in(), start.out()));
    }
  }

  /**
   * A module that is stored whole, as the base and a linear adapter that makes up the difference.
   */
  private static Site difference(NDManager manager, PeftAdapter stored, BaseModule module) {
    HostTensor weight = stored.saved(module.name(), "weight").orElse(null);
    HostTensor bias = stored.saved(module.name(), "bias").orElse(null);
    boolean biased = module.bias() != null;
    if (weight == null || (bias != null) != biased) {
      throw new ModelException(
          "the adapter stores %s, but not just %s"
              .formatted(module.name(), biased ? "its weight and its bias" : "its weight"));
    }
    Shape shape = new Shape(module.out(), module.in());
    if (!weight.shape().equals(shape)) {
      throw new ModelException(
          "the adapter's %s has shape %s, the base's %s"
              .formatted(module.name(), weight.shape(), shape));
    }
    try (Scope scope = Scope.open(manager)) {
      NDArray base = scope.manager().zeros(shape);
      NDArray baseBias = biased ? scope.manager().zeros(module.bias().getShape()) : null;
      module.pristine().writeTo(base, baseBias);
      NDArray delta = scope.keep(weight.load(scope.manager()).subi(base), manager);
      NDArray deltaBias =
          biased ? scope.keep(bias.load(scope.manager()).subi(baseBias), manager) : null;
      return new Site(module, new LinearAdapter(delta, deltaBias));
    }
  }
}
