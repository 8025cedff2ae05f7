package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.LinearGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which modules of a base are sites, and whether their adapters are merged. */
public final class AdaptedModules {
  private final Map<String, Site> sites = new LinkedHashMap<>();
  private final boolean merged;

  /**
   * @param sites the adapted modules
   * @param merged whether the modules' weights contain the adapters already, so that no adapter is
   *     evaluated
   */
  public AdaptedModules(List<Site> sites, boolean merged) {
    sites.forEach(site -> this.sites.put(site.name(), site));
    this.merged = merged;
  }

  /** Whether no adapter is evaluated. */
  boolean merged() {
    return merged;
  }

  /** The site at a module. */
  Optional<Site> site(BaseModule module) {
    return Optional.ofNullable(sites.get(module.name()));
  }

  /** A site within a group: the columns [from, to) of the group's output are its own. */
  record Placed(Site site, long from, long to) {
    NDArray columns(NDArray array) {
      return to - from == array.getShape().get(1)
          ? array
          : array.get(new NDIndex(":, {}:{}", from, to));
    }
  }

  /** The sites among the group's members. */
  List<Placed> sites(LinearGroup group) {
    List<Placed> placed = new ArrayList<>();
    long from = 0;
    for (Linear member : group.members()) {
      long to = from + member.out();
      Site site = sites.get(member.name());
      if (site != null) {
        placed.add(new Placed(site, from, to));
      }
      from = to;
    }
    return placed;
  }

  /** The base modules alone, recorded if autograd is on: x [n, in] to [n, sum of out]. */
  static NDArray frozen(LinearGroup group, NDArray x) {
    return group.weight().product(x, group.bias());
  }
}
