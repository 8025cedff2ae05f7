package io.github.cola4j.model.block;

import ai.djl.ndarray.NDList;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** In the place of a convolution that is a child of a block; shares its parameters. */
final class ConvolutionStandIn extends Conv2d {
  private final BlockChild child;

  ConvolutionStandIn(BlockChild child, Conv2d original) {
    super(
        Conv2d.builder()
            .setKernelShape(original.getKernelShape())
            .setFilters(original.getFilters())
            .optStride(original.getStride())
            .optPadding(original.getPadding())
            .optDilation(original.getDilation())
            .optGroups(original.getGroups())
            .optBias(original.isIncludeBias()));
    this.child = child;
    inputShapes = original.getInputShapes();
    child.shareParameters(parameters);
    weight = parameters.get("weight");
    bias = parameters.get("bias");
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    return child.forward(store, inputs, training, options);
  }
}
