package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.Product;
import io.github.cola4j.tensor.Scope;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a base's weights equal to the pristine ones with the adapters merged in. Each time the sum
 * is formed anew from the checkpoint, never from the last sum: adding and subtracting for thousands
 * of steps would let rounding pile up. What is merged into is held in float32: 16 bits would
 * swallow what a fit changes.
 */
public final class MergedWeights {
  private final NDManager manager;
  private final List<Site> sites;

  /**
   * @throws ModelException if an adapter cannot be merged, saying why
   */
  public MergedWeights(NDManager manager, List<Site> sites) {
    this.manager = manager;
    this.sites = sites;
    sites.forEach(
        site ->
            obstacle(site)
                .ifPresent(
                    why -> {
                      throw new ModelException(why);
                    }));
    sites.forEach(site -> site.module().widen());
  }

  /** Why a site's adapters cannot be merged; empty if they can. */
  public static Optional<String> obstacle(Site site) {
    String here = "the adapter at " + site.name();
    if (!site.module().alone()) {
      return Optional.of(
          here + " cannot be merged: the vocabulary's head reads the same table of embeddings");
    }
    if (!site.adapters().values().stream().allMatch(Adapter::mergeable)) {
      return Optional.of(here + " cannot be merged: it is not linear in its input");
    }
    if (site.biased() && site.module().bias() == null) {
      return Optional.of(here + " cannot be merged: it has a bias, and the module has none");
    }
    return Optional.empty();
  }

  /** Brings the base up to date with the present parameters of adapters number 0, in full. */
  public void merge() {
    merge(Routing.ONE.passed());
  }

  /**
   * Brings the base up to date with the adapters' present parameters.
   *
   * @param passed whose adapters every row passes through, and with what share
   */
  public void merge(List<Routing.Route> passed) {
    for (Site site : sites) {
      try (Scope scope = Scope.open(manager)) {
        BaseModule module = site.module();
        module.pristine().writeTo(module.weight(), module.bias());
        add(scope.manager(), site, passed, module.weight(), module.bias());
      }
    }
  }

  /** Gives the base its pristine weights back. */
  public void unmerge() {
    merge(List.of());
  }

  /** A module's weights with its adapters merged in: [out, features] and [out], or null. */
  public record Sum(NDArray weight, NDArray bias) {}

  /**
   * The pristine weights and the adapters, apart from the model's own.
   *
   * @param manager owner of the result
   * @param passed whose adapters are merged, and with what share
   */
  public static Sum sum(NDManager manager, Site site, List<Routing.Route> passed) {
    BaseModule module = site.module();
    NDArray weight = manager.zeros(new Shape(module.out(), module.in()), module.dataType());
    NDArray bias =
        module.bias() == null ? null : manager.zeros(module.bias().getShape(), module.dataType());
    module.pristine().writeTo(weight, bias);
    add(manager, site, passed, weight, bias);
    return new Sum(weight, bias);
  }

  /** The same with adapter number 0, in full. */
  public static Sum sum(NDManager manager, Site site) {
    return sum(manager, site, Routing.ONE.passed());
  }

  private static void add(
      NDManager scratch, Site site, List<Routing.Route> passed, NDArray weight, NDArray bias) {
    List<Routing.Route> lowRank =
        passed.stream().filter(route -> Stacked.takes(site, route)).toList();
    if (lowRank.size() > 1) {
      Stacked stacked = Stacked.of(scratch, site, lowRank);
      Product.addTo(weight, stacked.b(), stacked.a());
    }
    for (Routing.Route route : passed) {
      if (lowRank.size() < 2 || !Stacked.takes(site, route)) {
        site.adapter(route.user())
            .ifPresent(adapter -> adapter.mergeInto(scratch, route.share(), weight, bias));
      }
    }
  }
}
