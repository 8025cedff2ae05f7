package io.github.cola4j.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a training stands: all that the next step depends on. The position in the data and all
 * random numbers are functions of seed and step, so the step says them.
 */
final class TrainingState {
  private static final String TENSORS = "state.safetensors";
  private static final String PROGRESS = "progress.json";
  private static final String ADAPTER = "adapter/";
  private static final String OPTIMIZER = "optimizer/";
  private static final String BEST = "best/";

  private final InlineFit fit;
  private long step;
  private Best best; // null: nothing was evaluated yet
  private int withoutImprovement;

  /** The adapters of the best evaluation so far. */
  record Best(long step, Map<String, Double> metrics, Map<String, HostTensor> adapters) {}

  TrainingState(InlineFit fit) {
    this.fit = fit;
  }

  /** Steps done. */
  long step() {
    return step;
  }

  void stepDone() {
    step++;
  }

  Best best() {
    return best;
  }

  /** Evaluations in a row without improvement. */
  int withoutImprovement() {
    return withoutImprovement;
  }

  void improved(Map<String, Double> metrics) {
    best = new Best(step, metrics, adapters());
    withoutImprovement = 0;
  }

  void notImproved() {
    withoutImprovement++;
  }

  /** Puts the best evaluation's adapters back in place. */
  void returnToBest(NDManager manager) {
    assign(manager, fit.parameters(), best.adapters());
  }

  private Map<String, HostTensor> adapters() {
    Map<String, HostTensor> copies = new LinkedHashMap<>();
    fit.parameters().forEach((name, array) -> copies.put(name, HostTensor.of(array)));
    return copies;
  }

  /**
   * Saves a checkpoint of its own and deletes all but the last ones.
   *
   * @param keep how many remain
   * @return its folder
   */
  Path save(Path checkpoints, int keep) {
    Map<String, HostTensor> tensors = new HashMap<>();
    adapters().forEach((name, tensor) -> tensors.put(ADAPTER + name, tensor));
    fit.optimizer()
        .state()
        .forEach((name, array) -> tensors.put(OPTIMIZER + name, HostTensor.of(array)));
    ObjectNode progress = new ObjectMapper().createObjectNode();
    progress.put("step", step).put("optimizer_steps", fit.optimizer().steps());
    progress.put("without_improvement", withoutImprovement);
    if (best != null) {
      best.adapters().forEach((name, tensor) -> tensors.put(BEST + name, tensor));
      ObjectNode metrics = progress.put("best_step", best.step()).putObject("best_metrics");
      best.metrics().forEach(metrics::put);
    }
    Path folder = checkpoints.resolve("step-%08d".formatted(step));
    if (Files.exists(folder)) {
      return folder; // gone on from, and stopped before another step: it says the same
    }
    AtomicFiles.writeFolder(
        folder,
        temporary -> {
          SafetensorsWriter.write(temporary.resolve(TENSORS), tensors, Map.of());
          RunFolder.writeJson(temporary.resolve(PROGRESS), progress);
        });
    List<Path> all = saved(checkpoints);
    all.subList(0, Math.max(0, all.size() - keep)).forEach(RunFolder::delete);
    return folder;
  }

  /**
   * Goes back to the last checkpoint, if there is one.
   *
   * @throws CheckpointException if it is damaged
   */
  void resume(Path checkpoints, NDManager manager) {
    List<Path> all = saved(checkpoints);
    if (all.isEmpty()) {
      return;
    }
    Path last = all.get(all.size() - 1);
    try {
      read(last, manager);
    } catch (CheckpointException e) {
      String rest =
          all.size() > 1
              ? "the run then goes on from " + all.get(all.size() - 2).getFileName()
              : "the run then begins anew, since there is no other";
      throw new CheckpointException(
          last, "is damaged; delete this folder: " + rest + " (" + e.getMessage() + ")", e);
    }
  }

  private void read(Path folder, NDManager manager) {
    JsonNode progress = RunFolder.readJson(folder.resolve(PROGRESS));
    if (!progress.path("step").isIntegralNumber()) {
      throw new CheckpointException(folder.resolve(PROGRESS), "does not say the step");
    }
    Map<String, HostTensor> tensors = new HashMap<>();
    try (Safetensors file = Safetensors.open(folder.resolve(TENSORS))) {
      file.names().forEach(name -> tensors.put(name, file.read(name)));
    }
    Map<String, HostTensor> adapters = part(tensors, ADAPTER);
    Set<String> known = fit.parameters().keySet();
    if (!adapters.keySet().equals(known)) {
      throw new CheckpointException(
          folder.resolve(TENSORS), "holds %s, not %s".formatted(adapters.keySet(), known));
    }
    assign(manager, fit.parameters(), adapters);
    try (Scope scope = Scope.open(manager)) {
      Map<String, NDArray> state = new HashMap<>();
      part(tensors, OPTIMIZER)
          .forEach((name, tensor) -> state.put(name, tensor.load(scope.manager())));
      fit.optimizer().restore(progress.path("optimizer_steps").asLong(), state);
    }
    if (progress.has("best_step")) {
      Map<String, Double> metrics = new LinkedHashMap<>();
      progress
          .get("best_metrics")
          .properties()
          .forEach(e -> metrics.put(e.getKey(), e.getValue().asDouble()));
      best = new Best(progress.get("best_step").asLong(), metrics, part(tensors, BEST));
    }
    withoutImprovement = progress.path("without_improvement").asInt();
    step = progress.path("step").asLong();
  }

  private static void assign(
      NDManager manager, Map<String, NDArray> targets, Map<String, HostTensor> values) {
    try (Scope scope = Scope.open(manager)) {
      values.forEach(
          (name, tensor) -> Assign.values(targets.get(name), tensor.load(scope.manager())));
    }
  }

  private static Map<String, HostTensor> part(Map<String, HostTensor> tensors, String prefix) {
    Map<String, HostTensor> part = new HashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }

  /** The complete checkpoints, oldest first. */
  static List<Path> saved(Path checkpoints) {
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(checkpoints)) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("step-\\d+"))
          .sorted(Comparator.comparing(Path::getFileName))
          .toList();
    } catch (IOException e) {
      throw StorageException.of(checkpoints, e);
    }
  }
}
