package io.github.cola4j.spec;

/**
 * The section {@code training.max_grad_norm}: gradients are scaled down to a norm if theirs is
 * larger. A number in its place is the {@code value}.
 *
 * @param value {@code value}: the largest norm; transformers' {@code max_grad_norm}; required
 * @param scope {@code scope}: whose norm; default {@code global}, as in transformers
 */
public record ClippingSpec(double value, Scope scope) {
  /** The gradients of which one norm is taken. */
  public enum Scope {
    /** All those of a fit, of every site together. */
    GLOBAL,
    /** Those of one adapter at one site, as in the paper's code, which waits for no other site. */
    ADAPTER
  }

  static ClippingSpec read(Section clipping) {
    Double value = clipping.required("value", Type.number(Range.above(0)), "a norm: 1.0");
    return new ClippingSpec(
        value == null ? 1 : value, clipping.value("scope", Type.choice(Scope.class), Scope.GLOBAL));
  }
}
