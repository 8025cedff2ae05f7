package io.github.cola4j.merge;

import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.Weights;
import java.util.Optional;

/**
 * How a model is merged.
 *
 * @param type of the written weights; empty: that of the base's. In BF16 or F16 a small adapter is
 *     rounded together with a large weight, which the drift shows
 * @param maxDrift the most by which the merged model's logits may differ from those with the
 *     adapter beside the base, as ‖merged − beside‖ / ‖beside‖
 */
public record MergeSettings(Optional<ElementType> type, double maxDrift) {
  /** What rounding to BF16 makes of the logits of a deep model, and little more. */
  private static final double HALF_PRECISION = 5e-2;

  private static final double SINGLE_PRECISION = 1e-4;

  public MergeSettings {
    if (type.isPresent() && (!type.get().isFloating() || type.get() == ElementType.F64)) {
      throw new IllegalArgumentException("weights are written as F32, F16 or BF16, not " + type);
    }
    if (!(maxDrift > 0)) {
      throw new IllegalArgumentException("a limit above 0 is needed, not " + maxDrift);
    }
  }

  /** The type of the base's weights, and a limit that suits it. */
  public static MergeSettings ofBase(BaseFolder base) {
    try (Weights weights = base.weights()) {
      boolean half =
          weights.names().stream()
              .flatMap(name -> weights.info(name).type().stream())
              .anyMatch(type -> type == ElementType.F16 || type == ElementType.BF16);
      return new MergeSettings(Optional.empty(), half ? HALF_PRECISION : SINGLE_PRECISION);
    }
  }

  /** The given type, and a limit that suits it. */
  public static MergeSettings of(ElementType type) {
    return new MergeSettings(
        Optional.of(type), type == ElementType.F32 ? SINGLE_PRECISION : HALF_PRECISION);
  }
}
