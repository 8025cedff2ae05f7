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
import io.github.cola4j.offload.Fits;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.Optimizer;
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
import java.util.Optional;
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
  private static final String SERVED = "served/";
  private static final String BEST = "best/";
  private static final String BUFFERS = "buffers/";

  private final List<Learner> learners;
  private final Fits fits;
  private final Map<String, NDArray> buffers;
  private long step;
  private Best best; // null: nothing was evaluated yet
  private final Map<String, Own> ownBest = new LinkedHashMap<>(); // of learners apart, by name
  private final Map<String, HostTensor> kept = new LinkedHashMap<>(); // at the best evaluations
  private int withoutImprovement;

  /** The best evaluation so far, by all rows. */
  record Best(long step, Measured measured) {}

  /**
   * @param learners whose adapters are fitted
   * @param fits where they are
   * @param buffers what training changes beside them
   */
  TrainingState(List<Learner> learners, Fits fits, Map<String, NDArray> buffers) {
    this.learners = learners;
    this.fits = fits;
    this.buffers = buffers;
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

  /**
   * The best evaluation of a learner whose model is nobody else's.
   *
   * @param value of the metric that decides
   */
  record Own(long step, double value) {}

  /** A learner's own best evaluation so far; empty if there was none. */
  Optional<Own> ownBest(Learner learner) {
    return Optional.ofNullable(ownBest.get(learner.name()));
  }

  /** Notes that a learner's present adapters are the learner's best, by the learner's own rows. */
  void improved(Learner learner, double value) {
    ownBest.put(learner.name(), new Own(step, value));
    keep(adapters(learner));
  }

  /** Evaluations in a row without improvement. */
  int withoutImprovement() {
    return withoutImprovement;
  }

  /**
   * Notes the best evaluation by all rows.
   *
   * @param keep whether what is learned at present is what to return to
   */
  void improved(Measured measured, boolean keep) {
    best = new Best(step, measured);
    withoutImprovement = 0;
    if (keep) {
      keep(arrays());
    }
  }

  private void keep(Map<String, NDArray> arrays) {
    arrays.forEach((name, array) -> kept.put(name, HostTensor.of(array)));
  }

  void notImproved() {
    withoutImprovement++;
  }

  /** Puts what was kept at the best evaluations back in place. */
  void returnToBest(NDManager manager) {
    assign(manager, kept);
    fits.restored(Map.of());
  }

  /** All that is learned, the newest, by its name in a checkpoint. */
  private Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    learners.forEach(learner -> arrays.putAll(adapters(learner)));
    buffers.forEach((name, array) -> arrays.put(BUFFERS + name, array));
    return arrays;
  }

  private Map<String, NDArray> adapters(Learner learner) {
    Map<String, NDArray> adapters = new LinkedHashMap<>();
    fits.newest(learner.number())
        .parameters()
        .forEach((name, array) -> adapters.put(learner.prefix() + ADAPTER + name, array));
    return adapters;
  }

  /**
   * Saves a checkpoint of its own and deletes all but the last ones.
   *
   * @param keep how many remain
   * @return its folder
   */
  Path save(Path checkpoints, int keep) {
    Map<String, HostTensor> tensors = new HashMap<>();
    arrays().forEach((name, array) -> tensors.put(name, HostTensor.of(array)));
    ObjectNode progress = new ObjectMapper().createObjectNode();
    progress.put("step", step).put("without_improvement", withoutImprovement);
    ObjectNode steps = progress.putObject("learners");
    for (Learner learner : learners) {
      InlineFit fit = fits.newest(learner.number());
      Optimizer optimizer = fit.optimizer();
      optimizer
          .state()
          .forEach(
              (name, array) ->
                  tensors.put(learner.prefix() + OPTIMIZER + name, HostTensor.of(array)));
      steps
          .putObject(learner.name())
          .put("optimizer_steps", optimizer.steps())
          .put("fits", fit.fits());
      if (fits.behind()) { // so that a run that goes on here has what the next pass was to have
        fits.served(learner.number())
            .forEach(
                (name, array) ->
                    tensors.put(learner.prefix() + SERVED + name, HostTensor.of(array)));
      }
    }
    if (best != null) {
      kept.forEach((name, tensor) -> tensors.put(BEST + name, tensor));
      ObjectNode each = progress.putObject("best_of_each");
      ownBest.forEach(
          (name, own) -> each.putObject(name).put("step", own.step()).put("value", own.value()));
      progress.put("best_step", best.step());
      best.measured().write(progress, "best_metrics", "best_of_users");
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
    Set<String> known = arrays().keySet();
    Map<String, HostTensor> learned = new HashMap<>(tensors);
    learned.keySet().retainAll(known);
    if (!learned.keySet().equals(known)) {
      throw new CheckpointException(
          folder.resolve(TENSORS), "holds %s, not %s".formatted(tensors.keySet(), known));
    }
    assign(manager, learned);
    try (Scope scope = Scope.open(manager)) {
      for (Learner learner : learners) {
        JsonNode steps = progress.path("learners").path(learner.name());
        if (!steps.path("optimizer_steps").isIntegralNumber()
            || !steps.path("fits").isIntegralNumber()) {
          throw new CheckpointException(
              folder.resolve(PROGRESS),
              "does not say the steps of " + learner.prefix() + "adapter");
        }
        Map<String, NDArray> state = new HashMap<>();
        part(tensors, learner.prefix() + OPTIMIZER)
            .forEach((name, tensor) -> state.put(name, tensor.load(scope.manager())));
        InlineFit fit = fits.newest(learner.number());
        fit.optimizer().restore(steps.path("optimizer_steps").asLong(), state);
        fit.restore(steps.path("fits").asLong());
      }
      fits.restored(served(tensors, scope));
    }
    if (progress.has("best_step")) {
      best =
          new Best(
              progress.get("best_step").asLong(),
              Measured.read(progress, "best_metrics", "best_of_users"));
      kept.putAll(part(tensors, BEST));
      progress
          .path("best_of_each")
          .properties()
          .forEach(
              e ->
                  ownBest.put(
                      e.getKey(),
                      new Own(
                          e.getValue().path("step").asLong(),
                          e.getValue().path("value").asDouble())));
    }
    withoutImprovement = progress.path("without_improvement").asInt();
    step = progress.path("step").asLong();
  }

  /** The adapters that the next pass was to have, of all learners, or of none. */
  private Map<Integer, Map<String, NDArray>> served(Map<String, HostTensor> tensors, Scope scope) {
    Map<Integer, Map<String, NDArray>> served = new HashMap<>();
    for (Learner learner : learners) {
      Map<String, NDArray> own = new HashMap<>();
      part(tensors, learner.prefix() + SERVED)
          .forEach((name, tensor) -> own.put(name, tensor.load(scope.manager())));
      if (!own.isEmpty()) {
        served.put(learner.number(), own);
      }
    }
    return served;
  }

  private void assign(NDManager manager, Map<String, HostTensor> values) {
    Map<String, NDArray> targets = arrays();
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
