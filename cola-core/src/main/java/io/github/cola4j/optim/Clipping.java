package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Collection;

/**
 * Clipping by norm, equal to {@code torch.nn.utils.clip_grad_norm_}.
 *
 * @param limit the largest norm; infinite for none
 * @param scope which gradients the norm is taken over
 */
public record Clipping(double limit, Scope scope) {
  /** No clipping. */
  public static final Clipping NONE = new Clipping(Double.POSITIVE_INFINITY, Scope.GLOBAL);

  private static final double SMALL = 1e-6;

  /** Which gradients one norm is taken over. */
  public enum Scope {
    /** All of a user's, as transformers does. */
    GLOBAL,
    /** Each adapter's own, as the paper's code does: no adapter waits for another. */
    ADAPTER
  }

  /** Clips to a norm over all gradients. */
  public static Clipping global(double limit) {
    return new Clipping(limit, Scope.GLOBAL);
  }

  /** Scales the gradients in place, so that the norm over all of them is at most the limit. */
  public void clip(Collection<NDArray> gradients) {
    if (limit == Double.POSITIVE_INFINITY || gradients.isEmpty()) {
      return;
    }
    double scale = limit / (norm(gradients) + SMALL);
    if (scale < 1) {
      gradients.forEach(gradient -> gradient.muli(scale));
    }
  }

  /** The norm over all values of all gradients. */
  public static double norm(Collection<NDArray> gradients) {
    double squares = 0;
    for (NDArray gradient : gradients) {
      try (NDArray norm = gradient.norm()) {
        double value = norm.getDataType() == DataType.FLOAT64 ? norm.getDouble() : norm.getFloat();
        squares += value * value;
      }
    }
    return Math.sqrt(squares);
  }
}
