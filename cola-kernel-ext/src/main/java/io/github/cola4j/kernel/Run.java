package io.github.cola4j.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.report.History;
import io.github.cola4j.run.PredictJob;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A run of this notebook, or one that lies in a folder. Reads that folder anew with each call. */
public final class Run {
  private final Session session;
  private final Path folder;

  private Run(Session session, Path folder) {
    this.session = session;
    this.folder = folder;
  }

  /** The one that a cell asked for. */
  public static Run of(Session session, Asked asked) {
    return new Run(session, asked.folder());
  }

  /** The one in a folder. */
  public static Run at(Session session, Path folder) {
    return new Run(session, folder);
  }

  /** The last part of its folder's name. */
  public String name() {
    return folder.getFileName().toString();
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Whether it came to its end. */
  public boolean finished() {
    return Files.exists(folder.resolve(Summary.FILE));
  }

  /**
   * What it came to, by the names of the metrics.
   *
   * @throws CellError if it is not finished
   */
  public Map<String, Double> metrics() {
    return read(() -> Summary.ofRun(folder)).metrics();
  }

  /** The mean training loss of each step so far. */
  public List<Double> losses() {
    return history().steps().stream().map(Event.StepDone::loss).toList();
  }

  /** A metric at each validation so far, by the step; empty if it was not measured. */
  public Map<Long, Double> history(String metric) {
    Map<Long, Double> values = new LinkedHashMap<>();
    for (Event.Validated validated : history().validations()) {
      if (validated.metrics().containsKey(metric)) {
        values.put(validated.step(), validated.metrics().get(metric));
      }
    }
    return values;
  }

  /** Steps and validations so far, with all that is told of them. */
  public History history() {
    return read(() -> finished() ? History.read(folder) : History.soFar(folder));
  }

  /**
   * The adapter's weights by the names that they have in its file, each as rows, {@code [out,
   * in]}-shaped where it is a matrix; one that is no matrix is a single row.
   *
   * @throws CellError if there are none
   */
  public Map<String, float[][]> weights() {
    return weights(folder.resolve("adapter"));
  }

  /** The same of a user who has an adapter of their own. */
  public Map<String, float[][]> weights(String user) {
    return weights(folder.resolve("users").resolve(user).resolve("adapter"));
  }

  private static Map<String, float[][]> weights(Path adapter) {
    Path file = adapter.resolve("adapter_model.safetensors");
    if (!Files.exists(file)) {
      throw CellError.perhaps("There is no " + file, "let the run come to its end, or name a user");
    }
    Map<String, float[][]> all = new LinkedHashMap<>();
    try (Safetensors tensors = Safetensors.open(file)) {
      for (String name : tensors.names()) {
        float[] values = tensors.read(name).toFloats();
        long[] shape = tensors.info(name).shape().getShape();
        int rows = shape.length == 2 ? (int) shape[0] : 1;
        all.put(name, rows(values, rows));
      }
    } catch (CheckpointException e) {
      throw new CellError(e.getMessage());
    }
    return all;
  }

  private static float[][] rows(float[] values, int rows) {
    float[][] matrix = new float[rows][rows == 0 ? 0 : values.length / rows];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * matrix[row].length, matrix[row], 0, matrix[row].length);
    }
    return matrix;
  }

  /**
   * What its adapter makes of texts.
   *
   * @param texts one for each answer
   * @throws CellError if it is not finished, or cannot be asked so
   */
  public List<Prediction> predict(String... texts) throws InterruptedException {
    if (texts.length == 0 || Arrays.asList(texts).contains(null)) {
      throw CellError.perhaps("There is no text", "write run.predict(\"a gem of a film\")");
    }
    return predict(Optional.empty(), Arrays.stream(texts).map(List::of).toList());
  }

  /**
   * The same for rows of several texts.
   *
   * @param user whose adapter is asked, where users have their own
   * @param rows in each a text for each column that the run read
   */
  public List<Prediction> predict(Optional<String> user, List<List<String>> rows)
      throws InterruptedException {
    return predictions(
        new LiveJob(session)
            .silently(
                "Prediction", PredictJob.class, DeviceChoice.AUTO, v -> question(user, rows, v)),
        rows);
  }

  /** The same, shown as it goes, and as a table or as texts in the end. */
  public List<Prediction> ask(
      Optional<String> user, List<List<String>> rows, Function<List<Prediction>, Shown> answers)
      throws InterruptedException {
    return predictions(
        new LiveJob(session)
            .run(
                "Prediction",
                PredictJob.class,
                DeviceChoice.AUTO,
                view -> question(user, rows, view),
                told -> answers.apply(predictions(told, rows))),
        rows);
  }

  private ObjectNode question(Optional<String> user, List<List<String>> rows, EventSink events) {
    ObjectNode arguments = session.workshop().runArguments(folder, user, "base"::equals, events);
    ArrayNode asked = arguments.putArray("texts");
    rows.forEach(row -> row.forEach(asked.addArray()::add));
    return arguments;
  }

  private static List<Prediction> predictions(ObjectNode told, List<List<String>> rows) {
    List<Prediction> predictions = new ArrayList<>();
    for (JsonNode answer : told.path("predictions")) {
      predictions.add(Prediction.of(String.join(" / ", rows.get(predictions.size())), answer));
    }
    return predictions;
  }

  @Override
  public String toString() {
    return finished() ? name() + " " + metrics() : name() + " (not finished)";
  }

  private static <T> T read(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (SummaryException e) {
      throw new CellError(e.getMessage());
    }
  }
}
