package io.github.cola4j.gl;

import ai.djl.modality.nlp.DefaultVocabulary;
import ai.djl.modality.nlp.embedding.TrainableTextEmbedding;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.SeededRandom;
import java.util.List;
import java.util.Random;

/** Blocks as users write them, in float64, and something for them to read. */
enum BlockCase {
  /** Convolutions, batch norm, ReLU, pooling and a linear module, nested. */
  SEQUENTIAL {
    @Override
    Block fresh() {
      return new SequentialBlock()
          .add(convolution(3, new Shape(3, 3)).optPadding(new Shape(1, 1)).build())
          .add(BatchNorm.builder().build())
          .add(Activation.reluBlock())
          .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
          .add(
              new SequentialBlock()
                  .add(convolution(4, new Shape(3, 3)).optPadding(new Shape(1, 1)).build())
                  .add(Activation.reluBlock()))
          .add(Blocks.batchFlattenBlock())
          .add(Linear.builder().setUnits(CLASSES).build());
    }
  },
  /** A block with fields, changes in place, a residual, and a child that is used twice. */
  FIELDS {
    @Override
    Block fresh() {
      return new Residual();
    }
  },
  /** Strides, paddings, dilations and a kernel that is not square. */
  WINDOWS {
    @Override
    Block fresh() {
      return new SequentialBlock()
          .add(
              convolution(3, new Shape(3, 2))
                  .optStride(new Shape(2, 1))
                  .optPadding(new Shape(1, 0))
                  .optDilation(new Shape(1, 2))
                  .optBias(false)
                  .build())
          .add(Activation.tanhBlock())
          .add(
              convolution(4, new Shape(3, 3))
                  .optStride(new Shape(2, 2))
                  .optPadding(new Shape(1, 1))
                  .build())
          .add(Activation.tanhBlock())
          .add(Blocks.batchFlattenBlock())
          .add(Linear.builder().setUnits(CLASSES).optBias(false).build());
    }
  },
  /** An embedding of words that DJL keeps in a field, and a linear module on [batch, seq, in]. */
  WORDS {
    @Override
    Block fresh() {
      List<String> words = List.of("a", "b", "c", "d", "e", "f", "g");
      return new SequentialBlock()
          .add(
              new TrainableTextEmbedding(
                  TrainableWordEmbedding.builder()
                      .setVocabulary(new DefaultVocabulary(words))
                      .optNumEmbeddings(words.size())
                      .setEmbeddingSize(4)
                      .build()))
          .add(Linear.builder().setUnits(6).build())
          .add(Activation.tanhBlock())
          .addSingleton(x -> x.mean(new int[] {1}))
          .add(Linear.builder().setUnits(CLASSES).build());
    }

    @Override
    NDArray input(NDManager manager) {
      long[] ids = {0, 3, 1, 6, 6, 2, 5, 1, 3, 3, 0, 2};
      return manager.create(ids, new Shape(ROWS, 3));
    }
  };

  static final int ROWS = 4;
  static final int CLASSES = 5;
  private static final int PIXELS = 6;

  /** The block, not initialised. */
  abstract Block fresh();

  /** The block, all its parameters drawn. */
  Block block(NDManager manager) {
    Block block = fresh();
    block.initialize(manager, DataType.FLOAT64, input(manager).getShape());
    for (var entry : block.getParameters()) {
      Parameter parameter = entry.getValue();
      if (parameter.getType() != Parameter.Type.RUNNING_VAR) {
        NDArray array = parameter.getArray();
        Assign.values(array, drawn(manager, entry.getKey(), array.getShape()));
      }
    }
    return block;
  }

  NDArray input(NDManager manager) {
    return drawn(manager, "input", new Shape(ROWS, 2, PIXELS, PIXELS)).mul(2.5);
  }

  /** Normal values with a deviation of 0.4. */
  static NDArray drawn(NDManager manager, String purpose, Shape shape) {
    Random random = SeededRandom.of(11, purpose);
    double[] values = random.doubles(shape.size()).map(u -> random.nextGaussian() * 0.4).toArray();
    return manager.create(values, shape);
  }

  private static Conv2d.Builder convolution(int filters, Shape kernel) {
    return Conv2d.builder().setKernelShape(kernel).setFilters(filters);
  }

  private static final class Residual extends AbstractBlock {
    private final Conv2d stem;
    private final BatchNorm norm;
    private final Conv2d twice;
    private final List<Linear> heads;

    Residual() {
      stem =
          addChildBlock(
              "stem", convolution(3, new Shape(3, 3)).optPadding(new Shape(1, 1)).build());
      norm = addChildBlock("norm", BatchNorm.builder().build());
      twice =
          addChildBlock(
              "twice", convolution(3, new Shape(3, 3)).optPadding(new Shape(1, 1)).build());
      heads =
          java.util.Arrays.asList(
              addChildBlock("left", Linear.builder().setUnits(CLASSES).build()),
              addChildBlock("right", Linear.builder().setUnits(CLASSES).build()));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
      NDArray low = stem.forward(store, inputs, training).head().muli(1.3);
      NDArray x = norm.forward(store, new NDList(low), training).head();
      NDArray once = twice.forward(store, new NDList(x.tanh()), training).head();
      NDArray y = twice.forward(store, new NDList(once.tanh()), training).head();
      y.muli(0.7).addi(x);
      NDArray mean = y.reshape(y.getShape().get(0), y.getShape().get(1), -1).mean(new int[] {2});
      NDArray left = heads.get(0).forward(store, new NDList(mean), training).head();
      NDArray right = heads.get(1).forward(store, new NDList(mean.tanh()), training).head();
      return new NDList(left.add(right));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      stem.initialize(manager, type, shapes);
      Shape[] inner = stem.getOutputShapes(shapes);
      norm.initialize(manager, type, inner);
      twice.initialize(manager, type, inner);
      heads.forEach(head -> head.initialize(manager, type, new Shape(-1, inner[0].get(1))));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), CLASSES)};
    }
  }
}
