package io.github.cola4j.predict;

import ai.djl.Device;
import io.github.cola4j.spec.Dtype;
import io.github.cola4j.spec.Task;
import java.util.List;
import java.util.Optional;

/**
 * How a predictor is opened.
 *
 * @param task what the model is for; empty: what its config, or the adapter's, says
 * @param labels the names of the classes; empty: those of the config, or {@code LABEL_0}, …
 * @param maxLength texts to classify, and texts that an encoder-decoder reads, are cut to so many
 *     tokens; empty: as many as the model takes
 * @param merged whether the adapter is merged into the weights in memory, so that it costs nothing
 *     more; else it is evaluated beside them
 * @param dtype what the base's linear modules are held in; those that an adapter is merged into are
 *     held in float32
 * @param device where the model lives
 */
public record PredictorOptions(
    Optional<Task> task,
    List<String> labels,
    Optional<Integer> maxLength,
    boolean merged,
    Dtype dtype,
    Device device) {

  /** All that can be told from the folders, merged, in float32, on the CPU. */
  public static final PredictorOptions DEFAULT =
      new PredictorOptions(
          Optional.empty(), List.of(), Optional.empty(), true, Dtype.FLOAT32, Device.cpu());

  /** The same for another task. */
  public PredictorOptions withTask(Task other) {
    return new PredictorOptions(Optional.of(other), labels, maxLength, merged, dtype, device);
  }

  /** The same with other names of the classes. */
  public PredictorOptions withLabels(List<String> names) {
    return new PredictorOptions(task, List.copyOf(names), maxLength, merged, dtype, device);
  }

  /** The same with another length. */
  public PredictorOptions withMaxLength(int tokens) {
    return new PredictorOptions(task, labels, Optional.of(tokens), merged, dtype, device);
  }

  /** The same, merged or not. */
  public PredictorOptions withMerged(boolean isMerged) {
    return new PredictorOptions(task, labels, maxLength, isMerged, dtype, device);
  }

  /** The same with the base held in another type. */
  public PredictorOptions withDtype(Dtype other) {
    return new PredictorOptions(task, labels, maxLength, merged, other, device);
  }

  /** The same on another device. */
  public PredictorOptions withDevice(Device other) {
    return new PredictorOptions(task, labels, maxLength, merged, dtype, other);
  }
}
