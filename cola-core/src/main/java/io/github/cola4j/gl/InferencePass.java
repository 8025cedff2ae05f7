package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.tensor.HostArena;

/**
 * A forward pass for predictions: adapters are evaluated or merged, nothing is recorded or dropped.
 *
 * @param manager owner of the pass's arrays
 */
public record InferencePass(AdaptedLinears linears, NDManager manager, HostArena arena)
    implements ForwardPass {
  @Override
  public NDArray share(NDArray x) {
    return x;
  }

  @Override
  public NDArray linear(LinearGroup group, NDArray x) {
    return linears.forward(group, x);
  }

  @Override
  public NDArray dropout(long count, double p) {
    return manager.create(new Shape(0));
  }
}
