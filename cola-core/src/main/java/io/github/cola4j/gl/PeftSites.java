package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
   * What a PEFT folder of these sites holds.
   *
   * @param config must be LORA for low-rank adapters, COLA for others
   * @param head the names of the sites that are stored whole
   */
  public static PeftAdapter export(
      NDManager manager, PeftConfig config, List<Site> sites, Set<String> head) {
    Map<String, HostTensor> tensors = new TreeMap<>();
    for (Site site : sites) {
      if (head.contains(site.name())) {
        whole(manager, site, tensors);
      } else {
        site.adapter()
            .parameters()
            .forEach(
                (name, array) -> tensors.put(key(config, site.name(), name), HostTensor.of(array)));
      }
    }
    return new PeftAdapter(config, tensors);
  }

  private static String key(PeftConfig config, String site, String parameter) {
    if (config.peftType() == PeftConfig.PeftType.COLA) {
      return PeftAdapter.colaKey(site, parameter);
    }
    return parameter.equals("A") ? PeftAdapter.loraAKey(site) : PeftAdapter.loraBKey(site);
  }

  private static void whole(NDManager manager, Site site, Map<String, HostTensor> tensors) {
    try (Scope scope = Scope.open(manager)) {
      MergedWeights.Sum sum = MergedWeights.sum(scope.manager(), site);
      tensors.put(PeftAdapter.savedKey(site.name(), "weight"), HostTensor.of(sum.weight()));
      if (sum.bias() != null) {
        tensors.put(PeftAdapter.savedKey(site.name(), "bias"), HostTensor.of(sum.bias()));
      }
    }
  }

  /**
   * The sites that a PEFT folder describes.
   *
   * @param manager owner of the adapters' parameters
   * @throws ModelException if it names modules that the model does not have, or whose shapes differ
   */
  public static List<Site> load(NDManager manager, PeftAdapter stored, BaseModel model) {
    Map<String, Linear> modules = modules(model);
    List<Site> sites = new ArrayList<>();
    for (String path : stored.paths()) {
      sites.add(new Site(module(modules, path), adapter(manager, stored, path)));
    }
    Set<String> whole =
        stored.saved().keySet().stream()
            .map(name -> name.substring(0, name.lastIndexOf('.')))
            .collect(Collectors.toCollection(TreeSet::new));
    for (String path : whole) {
      sites.add(difference(manager, stored, module(modules, path)));
    }
    for (Site site : sites) {
      checkShapes(site);
    }
    return sites;
  }

  /** All linear modules of a model by their paths, lowest first. */
  public static Map<String, Linear> modules(BaseModel model) {
    Map<String, Linear> modules = new LinkedHashMap<>();
    for (LinearGroup group : model.groups()) {
      group.members().forEach(module -> modules.put(module.name(), module));
    }
    return modules;
  }

  private static Linear module(Map<String, Linear> modules, String path) {
    Linear module = modules.get(path);
    if (module == null) {
      throw new ModelException(
          "the adapter belongs to a module %s, which this base does not have; it was made for another base"
              .formatted(path));
    }
    return module;
  }

  private static Adapter adapter(NDManager manager, PeftAdapter stored, String path) {
    if (stored.config().peftType() == PeftConfig.PeftType.LORA) {
      return new LowRank(
          owned(manager, stored.loraA(path)),
          owned(manager, stored.loraB(path)),
          stored.config().scaling(path));
    }
    Map<String, HostTensor> parameters = stored.cola(path);
    if (!stored.config().kind().equals("linear") || !parameters.containsKey("W")) {
      throw new ModelException(
          "the adapter at %s is of kind %s; only linear is built"
              .formatted(path, stored.config().kind()));
    }
    HostTensor bias = parameters.get("b");
    return new LinearAdapter(
        owned(manager, parameters.get("W")), bias == null ? null : owned(manager, bias));
  }

  private static NDArray owned(NDManager manager, HostTensor tensor) {
    return Owned.by(manager, tensor::load);
  }

  /**
   * A module that is stored whole, as the base and a linear adapter that makes up the difference.
   */
  private static Site difference(NDManager manager, PeftAdapter stored, Linear module) {
    HostTensor weight = stored.saved(module.name(), "weight").orElse(null);
    HostTensor bias = stored.saved(module.name(), "bias").orElse(null);
    boolean biased = module.bias() != null;
    if (weight == null || (bias != null) != biased) {
      throw new ModelException(
          "the adapter stores %s, but not just %s"
              .formatted(module.name(), biased ? "its weight and its bias" : "its weight"));
    }
    if (!weight.shape().equals(module.weight().getShape())) {
      throw new ModelException(
          "the adapter's %s has shape %s, the base's %s"
              .formatted(module.name(), weight.shape(), module.weight().getShape()));
    }
    try (Scope scope = Scope.open(manager)) {
      NDArray base = scope.manager().zeros(module.weight().getShape());
      NDArray baseBias = biased ? scope.manager().zeros(module.bias().getShape()) : null;
      module.pristine().writeTo(base, baseBias);
      NDArray delta = scope.keep(weight.load(scope.manager()).subi(base), manager);
      NDArray deltaBias =
          biased ? scope.keep(bias.load(scope.manager()).subi(baseBias), manager) : null;
      return new Site(module, new LinearAdapter(delta, deltaBias));
    }
  }

  private static void checkShapes(Site site) {
    Map<String, NDArray> parameters = site.adapter().parameters();
    NDArray in = parameters.getOrDefault("A", parameters.get("W"));
    NDArray out = parameters.getOrDefault("B", parameters.get("W"));
    if (in.getShape().get(1) != site.module().in()
        || out.getShape().get(0) != site.module().out()) {
      throw new ModelException(
          "the adapter at %s is for %d inputs and %d outputs, the base has %d and %d; it was made for another base"
              .formatted(
                  site.name(),
                  in.getShape().get(1),
                  out.getShape().get(0),
                  site.module().in(),
                  site.module().out()));
    }
  }
}
