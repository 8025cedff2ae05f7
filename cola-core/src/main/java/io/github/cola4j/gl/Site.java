package io.github.cola4j.gl;

import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.model.BaseModule;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An adapted module.
 *
 * @param module the frozen base module f
 * @param adapters the auxiliary models g beside it, by the number of the user that each belongs to;
 *     a run without users has one, of number 0
 */
public record Site(BaseModule module, SortedMap<Integer, Adapter> adapters) {
  public Site {
    adapters = Collections.unmodifiableSortedMap(new TreeMap<>(adapters));
  }

  /** A site with one adapter, number 0. */
  public Site(BaseModule module, Adapter adapter) {
    this(module, new TreeMap<>(Map.of(0, adapter)));
  }

  /** The module's path in the base. */
  public String name() {
    return module.name();
  }

  /** The adapter with the lowest number; where there are no users, the only one. */
  public Adapter adapter() {
    return adapters.get(adapters.firstKey());
  }

  /** A user's adapter, if the user has one here. */
  public Optional<Adapter> adapter(int user) {
    return Optional.ofNullable(adapters.get(user));
  }

  /** Whether one of its adapters has a bias. */
  boolean biased() {
    return adapters.values().stream().anyMatch(a -> a.parameters().containsKey("b"));
  }
}
