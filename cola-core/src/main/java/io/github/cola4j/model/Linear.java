package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/**
 * A frozen linear module: y = x·Wᵀ + b.
 *
 * @param name its path in the Hugging Face model, for instance {@code
 *     bert.encoder.layer.0.attention.self.query}
 * @param weight [out, in]
 * @param bias [out], or null if the module has none
 */
public record Linear(String name, NDArray weight, NDArray bias, Pristine pristine)
    implements BaseModule {}
