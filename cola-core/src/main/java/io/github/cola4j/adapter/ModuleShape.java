package io.github.cola4j.adapter;

import java.util.Optional;

/**
 * The kind of a base module, and what adapters beside it begin with.
 *
 * @param whole what an adapter reads that is linear in the module's own features
 * @param pixel what an {@link Mlp} reads: beside a convolution the channels of one pixel at each
 *     place; empty if the convolution does not keep the image's size but for its stride, so that
 *     there is no such pixel
 */
public record ModuleShape(Kind kind, Start whole, Optional<Start> pixel) {
  /** The kinds of modules that adapters are told apart by. */
  public enum Kind {
    LINEAR,
    EMBEDDING,
    CONVOLUTION
  }

  /** A module that every adapter reads alike. */
  public ModuleShape(Kind kind, Start whole) {
    this(kind, whole, Optional.of(whole));
  }
}
