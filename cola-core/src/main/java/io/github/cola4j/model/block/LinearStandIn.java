package io.github.cola4j.model.block;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataOutputStream;
import java.io.IOException;

/** In the place of a linear child of a block; shares its parameters. */
final class LinearStandIn extends ai.djl.nn.core.Linear {
  private final BlockChild child;

  LinearStandIn(BlockChild child) {
    super(
        ai.djl.nn.core.Linear.builder()
            .setUnits(child.module().out())
            .optBias(child.module().bias() != null));
    this.child = child;
    inputShapes = child.original().getInputShapes();
    child.shareParameters(parameters);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    return child.forward(store, inputs, training, options);
  }

  @Override
  public PairList<String, Shape> describeInput() {
    return child.original().describeInput();
  }

  @Override
  public void saveParameters(DataOutputStream out) throws IOException {
    child.original().saveParameters(out);
  }
}
