package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.model.Linear;
import io.github.cola4j.tensor.Scope;
import java.util.List;

/**
 * Keeps a base's weights equal to the pristine ones with the adapters merged in. Each time the sum
 * is formed anew from the checkpoint, never from the last sum: adding and subtracting for thousands
 * of steps would let rounding pile up.
 */
public final class MergedWeights {
  private final NDManager manager;
  private final List<Site> sites;

  /**
   * @throws IllegalArgumentException if an adapter is not linear in its input
   */
  public MergedWeights(NDManager manager, List<Site> sites) {
    this.manager = manager;
    this.sites = sites;
    for (Site site : sites) {
      if (!site.adapter().mergeable()) {
        throw new IllegalArgumentException(
            "the adapter at " + site.name() + " is not linear, so it cannot be merged");
      }
    }
  }

  /** Brings the base up to date with the adapters' present parameters. */
  public void merge() {
    write(true);
  }

  /** Gives the base its pristine weights back. */
  public void unmerge() {
    write(false);
  }

  /** A module's weights with its adapter merged in: [out, in] and [out], or null. */
  public record Sum(NDArray weight, NDArray bias) {}

  /**
   * The pristine weights and the adapter, apart from the model's own.
   *
   * @param manager owner of the result
   */
  public static Sum sum(NDManager manager, Site site) {
    Linear module = site.module();
    NDArray weight = manager.zeros(module.weight().getShape());
    NDArray bias = module.bias() == null ? null : manager.zeros(module.bias().getShape());
    module.pristine().writeTo(weight, bias);
    site.adapter().mergeInto(manager, weight, bias);
    return new Sum(weight, bias);
  }

  private void write(boolean withAdapter) {
    for (Site site : sites) {
      try (Scope scope = Scope.open(manager)) {
        Linear module = site.module();
        module.pristine().writeTo(module.weight(), module.bias());
        if (withAdapter) {
          site.adapter().mergeInto(scope.manager(), module.weight(), module.bias());
        }
      }
    }
  }
}
