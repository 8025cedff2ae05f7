package io.github.cola4j.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.initializer.Initializer;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.SeededRandom;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * The paper's image models, with random weights that depend on this record alone, so that nothing
 * else has to be saved to build the same base again.
 *
 * <p>Modules: {@code classifier} in all; before it {@code hidden1}, {@code hidden2}, … in the MLP,
 * {@code conv1}, {@code conv2}, … in the CNN. Weights are drawn as the paper's code draws them:
 * linear modules uniform in ±1/√inputs, convolutions normal with variance 2/(outputs · kernel),
 * biases zero.
 *
 * @param architecture the kind of network
 * @param hiddenSizes outputs of the layers before the classifier; none for {@code LINEAR}
 * @param channels of an image
 * @param height in pixels
 * @param width in pixels
 * @param classes that the network tells apart
 * @param seed of the weights
 */
public record ImageNetwork(
    Architecture architecture,
    List<Integer> hiddenSizes,
    int channels,
    int height,
    int width,
    int classes,
    long seed) {

  /** The kinds of networks. */
  public enum Architecture {
    /** A linear classifier of the pixels. */
    LINEAR,
    /** Linear modules with ReLU between them. */
    MLP,
    /**
     * Convolutions of 3 × 3 with ReLU, each but the last followed by a maximum over 2 × 2 pixels;
     * then the mean over all pixels.
     */
    CNN
  }

  /**
   * @throws ModelException if there is no such network
   */
  public ImageNetwork {
    hiddenSizes = List.copyOf(hiddenSizes);
    if (architecture == Architecture.LINEAR && !hiddenSizes.isEmpty()) {
      throw new ModelException("a linear image model has no hidden layers; leave their sizes out");
    }
    if (architecture != Architecture.LINEAR && hiddenSizes.isEmpty()) {
      throw new ModelException("an image model that is an MLP or a CNN needs its hidden sizes");
    }
    if (hiddenSizes.stream().anyMatch(size -> size < 1)) {
      throw new ModelException("a hidden layer has an output or more, not " + hiddenSizes);
    }
    if (architecture == Architecture.CNN
        && Math.min(height, width) >> (hiddenSizes.size() - 1) < 1) {
      throw new ModelException(
          "images of %d × %d pixels cannot be halved %d times; give the CNN fewer hidden sizes"
              .formatted(height, width, hiddenSizes.size() - 1));
    }
  }

  /**
   * The network as a base that can be adapted.
   *
   * @param manager owner of the weights
   * @param type of the weights
   */
  public BlockModel open(NDManager manager, DataType type) {
    Block block = block();
    block.initialize(manager, type, new Shape(1, channels, height, width));
    return new BlockModel(manager, block);
  }

  /**
   * The network; what draws its weights is set, so {@code initialize} is all that is left to do.
   */
  public Block block() {
    Chain chain = new Chain();
    switch (architecture) {
      case LINEAR -> chain.add("flatten", Blocks.batchFlattenBlock());
      case MLP -> {
        chain.add("flatten", Blocks.batchFlattenBlock());
        for (int i = 1; i <= hiddenSizes.size(); i++) {
          chain
              .add("hidden" + i, linear("hidden" + i, hiddenSizes.get(i - 1)))
              .add("relu" + i, Activation.reluBlock());
        }
      }
      case CNN -> {
        for (int i = 1; i <= hiddenSizes.size(); i++) {
          chain
              .add("conv" + i, convolution("conv" + i, hiddenSizes.get(i - 1)))
              .add("relu" + i, Activation.reluBlock());
          if (i < hiddenSizes.size()) {
            chain.add("pool" + i, Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
          }
        }
        chain.add("mean", Pool.globalAvgPool2dBlock());
      }
    }
    return chain.add("classifier", linear("classifier", classes));
  }

  private Block linear(String name, long out) {
    return drawn(
        name,
        ai.djl.nn.core.Linear.builder().setUnits(out).build(),
        (random, shape) -> {
          double bound = 1 / Math.sqrt(shape.get(1));
          return () -> (2 * random.nextDouble() - 1) * bound;
        });
  }

  private Block convolution(String name, int out) {
    return drawn(
        name,
        Conv2d.builder()
            .setKernelShape(new Shape(3, 3))
            .setFilters(out)
            .optPadding(new Shape(1, 1))
            .build(),
        (random, shape) -> {
          double deviation = Math.sqrt(2.0 / (shape.get(0) * shape.get(2) * shape.get(3)));
          return () -> random.nextGaussian() * deviation;
        });
  }

  /** Where the values of a weight come from. */
  private interface Draw {
    DoubleSupplier values(Random random, Shape shape);
  }

  private Block drawn(String name, Block module, Draw draw) {
    module
        .getDirectParameters()
        .get("weight")
        .setInitializer(
            (manager, shape, type) ->
                array(manager, shape, type, draw.values(SeededRandom.of(seed, name), shape)));
    module.getDirectParameters().get("bias").setInitializer(Initializer.ZEROS);
    return module;
  }

  private static NDArray array(
      NDManager manager, Shape shape, DataType type, DoubleSupplier values) {
    double[] drawn = new double[Math.toIntExact(shape.size())];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = values.getAsDouble();
    }
    if (type == DataType.FLOAT64) {
      return manager.create(drawn, shape);
    }
    float[] single = new float[drawn.length];
    for (int i = 0; i < drawn.length; i++) {
      single[i] = (float) drawn[i];
    }
    return manager.create(single, shape);
  }
}
