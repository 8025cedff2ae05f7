package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.checkpoint.TargetModules;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Several users' adapters, each with a share, as one low-rank adapter at each site that computes
 * the very same, so that PEFT loads what a collaboration came to: the users' A below each other and
 * their scaled B side by side, or, where that is larger than the matrix they make, the matrix times
 * the identity.
 *
 * @param passed whose adapters, and with what share
 */
record Combined(NDManager manager, BaseModel model, List<Site> sites, List<Routing.Route> passed) {

  /** Why a site's adapters cannot be one low-rank adapter; empty if they can. */
  static Optional<String> obstacle(Site site, boolean head) {
    if (site.adapters().values().stream().anyMatch(adapter -> !adapter.mergeable())) {
      return Optional.of("the adapter at " + site.name() + " is not linear in its input");
    }
    if (!head && site.biased()) {
      return Optional.of(
          "the adapter at " + site.name() + " has a bias, and PEFT's low-rank adapters have none");
    }
    return Optional.empty();
  }

  PeftAdapter export(String baseName, String task) {
    Set<String> head = Placement.head(model);
    Map<String, HostTensor> tensors = new TreeMap<>();
    PeftSites.put(tensors, model.buffers());
    List<String> saved = new ArrayList<>(model.headModules());
    saved.addAll(PeftSites.modulesOf(model.buffers()));
    Map<String, Integer> ranks = new LinkedHashMap<>();
    for (Site site : sites) {
      obstacle(site, head.contains(site.name()))
          .ifPresent(
              why -> {
                throw new ModelException(why);
              });
      if (head.contains(site.name())) {
        PeftSites.whole(manager, site, passed, tensors);
        continue;
      }
      try (Scope scope = Scope.open(manager)) {
        Stacked factors = factors(scope.manager(), site);
        PeftSites.putLowRank(manager, tensors, site.module(), "A", factors.a());
        PeftSites.putLowRank(manager, tensors, site.module(), "B", factors.b());
        ranks.put(site.name(), (int) factors.rank());
      }
    }
    int rank = ranks.values().stream().mapToInt(r -> r).max().orElse(1);
    Map<String, Integer> others = new LinkedHashMap<>(ranks);
    others.values().removeIf(r -> r == rank);
    Map<String, Double> alphas = new LinkedHashMap<>(); // α = alpha / r = 1 everywhere
    others.forEach((path, r) -> alphas.put(path, (double) r));
    PeftConfig config =
        PeftConfig.lora(
                baseName,
                task,
                rank,
                rank,
                new TargetModules.Names(List.copyOf(ranks.keySet())),
                saved)
            .with(false, model.fanInFanOut())
            .with(others, alphas, 0);
    return new PeftAdapter(config, tensors);
  }

  private Stacked factors(NDManager scratch, Site site) {
    BaseModule module = site.module();
    List<Routing.Route> here =
        passed.stream().filter(route -> site.adapter(route.user()).isPresent()).toList();
    if (!here.isEmpty() && here.stream().allMatch(route -> Stacked.takes(site, route))) {
      Stacked stacked = Stacked.of(scratch, site, here);
      if (stacked.rank() < Math.min(module.in(), module.out())) {
        return stacked;
      }
    }
    NDArray delta = scratch.zeros(new Shape(module.out(), module.in()), module.dataType());
    for (Routing.Route route : passed) {
      site.adapter(route.user())
          .ifPresent(adapter -> adapter.mergeInto(scratch, route.share(), delta, null));
    }
    DataType type = delta.getDataType();
    return module.out() <= module.in()
        ? new Stacked(delta, scratch.eye((int) module.out()).toType(type, false))
        : new Stacked(scratch.eye((int) module.in()).toType(type, false), delta);
  }
}
