package io.github.cola4j.gl;

import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.model.Linear;

/**
 * An adapted module.
 *
 * @param module the frozen base module f
 * @param adapter the auxiliary model g beside it
 */
public record Site(Linear module, Adapter adapter) {
  /** The module's path in the base. */
  public String name() {
    return module.name();
  }
}
