package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.data.ImageBatch;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.block.BlockModel;
import java.util.List;
import java.util.Map;

/**
 * One class for each image: cross-entropy to learn by, the class of the greatest logit to predict.
 */
public final class ImageClassification implements Objective<ImageBatch> {
  private final BlockModel model;
  private final ClassLoss loss;

  /**
   * @param model makes logits [rows, classes] of images [rows, channels, height, width]
   */
  public ImageClassification(NDManager manager, BlockModel model) {
    this.model = model;
    this.loss = new ClassLoss(manager);
  }

  /** The mean over the batch's images of −log softmax(logits)[label]. */
  @Override
  public Loss loss(ForwardPass pass, ImageBatch batch) {
    return loss.mean(pass, logits(pass, batch), batch.labels());
  }

  /** [rows, classes]. */
  public NDArray logits(ForwardPass pass, ImageBatch batch) {
    Shape shape =
        new Shape(
            batch.size(), batch.shape().channels(), batch.shape().height(), batch.shape().width());
    NDArray pixels =
        pass.arena().floats(pass.manager(), shape, buffer -> buffer.put(batch.pixels()));
    return model.output(pass, channelsLast(pixels.toType(model.dataType(), false)));
  }

  /**
   * The same images with the channels of a pixel beside each other in memory. Convolutions and
   * pooling keep that order; they are faster in it, and adapters read its pixels as rows without a
   * copy.
   */
  private static NDArray channelsLast(NDArray images) {
    Shape shape = images.getShape();
    NDArray values = images.transpose(0, 2, 3, 1).reshape(-1); // flat, so that no stride is odd
    return values
        .reshape(shape.get(0), shape.get(2), shape.get(3), shape.get(1))
        .transpose(0, 3, 1, 2);
  }

  /** The probability of each class for each image [rows, classes]. */
  public float[] probabilities(ForwardPass pass, ImageBatch batch) {
    return logits(pass, batch).softmax(1).toType(DataType.FLOAT32, false).toFloatArray();
  }

  @Override
  public Outcome outcome(ForwardPass pass, ImageBatch batch) {
    NDArray logits = logits(pass, batch).toType(DataType.FLOAT32, false);
    return Outcome.Classes.of(batch.labels(), logits.toFloatArray());
  }

  /** All metrics of a classification. */
  @Override
  public Map<String, Double> metrics(List<Outcome> outcomes) {
    return Outcome.Classes.metrics(outcomes);
  }

  @Override
  public void close() {
    loss.close();
  }
}
