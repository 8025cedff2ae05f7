package io.github.cola4j.predict;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.DataException;
import io.github.cola4j.data.ImageBatch;
import io.github.cola4j.data.ImageFile;
import io.github.cola4j.data.ImageShape;
import io.github.cola4j.data.Normalization;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.model.block.ImageNetwork;
import io.github.cola4j.task.ImageClassification;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A network that was trained from its random start, ready to tell images' classes. */
public final class ImagePredictor implements AutoCloseable {
  private static final int ROWS_AT_ONCE = 32;

  private final NDManager manager;
  private final BlockModel network;
  private final AdaptedModel model;
  private final ImageClassification task;
  private final ImageShape shape;
  private final Normalization normalization;
  private final List<String> labels;
  private final HostArena arena = new HostArena();

  /**
   * Opens a network with an adapter.
   *
   * @param drawn the network as it was before training
   * @param adapter the PEFT folder of what was learned
   * @param normalization of the images that were learned from
   * @param labels the names of the classes, in their order
   * @throws CheckpointException if a file is missing or damaged
   * @throws ModelException if the adapter was made for another network
   */
  public ImagePredictor(
      ImageNetwork drawn,
      Path adapter,
      Normalization normalization,
      List<String> labels,
      Device device) {
    Torch.prepareThread();
    this.shape = new ImageShape(drawn.channels(), drawn.height(), drawn.width());
    this.normalization = normalization;
    this.labels = List.copyOf(labels);
    this.manager = Torch.newManager(device);
    try {
      network = drawn.open(manager, DataType.FLOAT32);
      model = AdaptedModel.stored(manager, network, PeftFolder.read(adapter));
      task = new ImageClassification(manager, network);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The names of the classes, in their order. */
  public List<String> labels() {
    return labels;
  }

  /**
   * The class of an image.
   *
   * @param image a PNG or JPEG file; brought to the size and channels that were learned
   * @throws DataException if it cannot be read
   */
  public Classification classify(Path image) {
    return classify(List.of(image)).get(0);
  }

  /**
   * The classes of many images.
   *
   * @return in their order
   */
  public synchronized List<Classification> classify(List<Path> images) {
    Torch.prepareThread();
    List<Classification> classes = new ArrayList<>();
    for (int from = 0; from < images.size(); from += ROWS_AT_ONCE) {
      List<byte[]> pixels =
          images.subList(from, Math.min(images.size(), from + ROWS_AT_ONCE)).stream()
              .map(image -> ImageFile.read(image, shape))
              .toList();
      try (Scope scope = Scope.open(manager)) {
        InferencePass pass = new InferencePass(model.modules(), scope.manager(), arena);
        float[] probabilities =
            task.probabilities(pass, ImageBatch.unlabelled(pixels, shape, normalization));
        for (int row = 0; row < pixels.size(); row++) {
          classes.add(Classification.of(labels, probabilities, row));
        }
      } finally {
        arena.reset();
      }
    }
    return classes;
  }

  @Override
  public synchronized void close() {
    task.close();
    model.close();
    network.close();
    manager.close();
  }
}
