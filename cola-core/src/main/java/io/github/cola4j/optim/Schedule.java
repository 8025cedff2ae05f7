package io.github.cola4j.optim;

/** What the learning rate is multiplied with in step 0, 1, … */
@FunctionalInterface
public interface Schedule {

  /** The factor in step {@code step}, counted from 0. */
  double factor(long step);

  /**
   * Up from 0 during the warm-up, then 1 (transformers' {@code get_constant_schedule_with_warmup}).
   */
  static Schedule constant(long warmup) {
    return step -> step < warmup ? (double) step / Math.max(1, warmup) : 1;
  }

  /**
   * Up from 0 during the warm-up, then straight down to 0 (transformers' {@code
   * get_linear_schedule_with_warmup}).
   */
  static Schedule linear(long warmup, long total) {
    return step -> {
      if (step < warmup) {
        return (double) step / Math.max(1, warmup);
      }
      return Math.max(0, (double) (total - step) / Math.max(1, total - warmup));
    };
  }

  /**
   * Up from 0 during the warm-up, then down to 0 along half a cosine (transformers' {@code
   * get_cosine_schedule_with_warmup}; without warm-up PyTorch's {@code CosineAnnealingLR} with
   * {@code eta_min} 0).
   */
  static Schedule cosine(long warmup, long total) {
    return step -> {
      if (step < warmup) {
        return (double) step / Math.max(1, warmup);
      }
      double progress = (double) (step - warmup) / Math.max(1, total - warmup);
      return Math.max(0, 0.5 * (1 + StrictMath.cos(Math.PI * progress)));
    };
  }
}
