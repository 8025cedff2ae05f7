package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;
import java.util.Collection;

/** Clipping by norm, equal to {@code torch.nn.utils.clip_grad_norm_}. */
public final class Clipping {
  private static final double SMALL = 1e-6;

  private Clipping() {}

  /**
   * Scales all gradients in place, so that the norm over all of them is at most {@code limit}.
   *
   * @return the norm before
   */
  public static double global(Collection<NDArray> gradients, double limit) {
    double squares = 0;
    for (NDArray gradient : gradients) {
      double norm = gradient.norm().getFloat();
      squares += norm * norm;
    }
    double norm = Math.sqrt(squares);
    double scale = limit / (norm + SMALL);
    if (scale < 1) {
      gradients.forEach(gradient -> gradient.muli((float) scale));
    }
    return norm;
  }
}
