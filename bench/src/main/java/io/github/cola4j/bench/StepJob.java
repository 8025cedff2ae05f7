package io.github.cola4j.bench;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.run.Devices;
import io.github.cola4j.run.Failures;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.user.Sharing;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Takes training steps on one random batch; arguments are {@link StepSettings}. */
public final class StepJob implements Job {
  private static final double LEARNING_RATE = 1e-4;
  private static final int CLASSES = 2;
  private static final long SEED = 0;

  @Override
  public JobResult run(JobContext context) throws Exception {
    StepSettings settings = Forked.JSON.treeToValue(context.arguments(), StepSettings.class);
    RunSpec spec = spec(settings);
    Torch.start(settings.threads());
    Device device = Devices.of(spec.device());
    BaseFolder base = BaseFolder.open(spec.baseFolder().path());
    Sharing sharing = Sharing.valueOf(settings.sharing().toUpperCase(Locale.ROOT));
    Map<String, AdapterSpec> asked = new LinkedHashMap<>();
    int learners = sharing == Sharing.JOINT ? 1 : settings.users();
    IntStream.range(0, learners).forEach(user -> asked.put("user" + user, spec.adapter()));
    try (TaskModel task = TaskModel.open(settings.task(), base, device, CLASSES, SEED);
        AdaptedModel model = AdaptedModel.fresh(task.manager(), task.model(), spec, asked);
        UserFits fits =
            UserFits.of(model, spec.offload(), settings.interval(), learners, rule(settings))) {
      if (settings.merged()) {
        model.keepMerged();
      }
      TrainingStep<PackedBatch> step =
          new TrainingStep<>(model, task.objective(), sharing, fits, System::nanoTime);
      step.merge();
      List<TrainingStep.Part<PackedBatch>> interval =
          parts(settings, base.config().path("vocab_size").asInt());
      GarbageCollection garbage = new GarbageCollection();
      long nanos = 0;
      long toFirstStep = 0;
      List<TrainingStep.Taken> taken = new ArrayList<>();
      List<Long> floors = new ArrayList<>();
      Floor floor =
          settings.floor()
              ? new Floor(
                  model.manager(),
                  task.model(),
                  model.sites(),
                  task.objective(),
                  interval.get(0).batch())
              : null;
      for (int i = 0; i < settings.warmup() + settings.steps(); i++) {
        if (context.stop().requested()) {
          return JobResult.stopped();
        }
        TrainingStep.Taken one = step.take(interval, LEARNING_RATE);
        nanos += one.nanos();
        if (i == 0) {
          toFirstStep = Launch.millisSince();
        }
        System.err.printf("step %d: %.1f ms, loss %.4f%n", i + 1, one.nanos() / 1e6, one.loss());
        if (i >= settings.warmup()) {
          taken.add(one);
          if (floor != null) {
            floors.add(floor.nanos());
          }
        }
      }
      ObjectNode result = result(settings, device, model.trainableParameters(), taken);
      addFloors(result, taken, floors);
      result.put(
          "items", interval.stream().mapToInt(part -> task.objective().items(part.batch())).sum());
      result.put("start_ms", toFirstStep).put("gc_share", garbage.shareOf(nanos));
      return JobResult.finished(result);
    }
  }

  /** Bad folders and devices are told as those of a run. */
  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }

  /** As a user would write it; there are no rows, so some file stands for theirs. */
  private static RunSpec spec(StepSettings settings) {
    String rank = settings.adapter().equals("low-rank") ? ", r: " + settings.rank() : "";
    String yaml =
        """
        base: .
        task: causal-lm
        data: {train: {file: config.json, format: text}, max_length: %d}
        adapter: {kind: %s%s, target_modules: [%s]}
        training: {seed: %d}
        device: "%s"
        offload: {to: "%s", staleness: %d, threads: %d}
        """
            .formatted(
                settings.seq(),
                settings.adapter(),
                rank,
                String.join(", ", settings.targets()),
                SEED,
                settings.device(),
                settings.offload(),
                settings.staleness(),
                settings.offloadThreads());
    return RunSpec.parse(yaml, Path.of(settings.base(), "cola.yaml"), Map.of());
  }

  private static Rule rule(StepSettings settings) {
    return settings.optimizer().equals("sgd")
        ? new Sgd(0, 0, false, 0)
        : new AdamW(0.9, 0.999, 1e-8, 0.01); // PyTorch's defaults
  }

  /** The rows in equal parts, dealt to the users in turn. */
  private static List<TrainingStep.Part<PackedBatch>> parts(StepSettings settings, int vocabulary) {
    List<Example> rows = rows(settings, vocabulary);
    int size = rows.size() / settings.interval();
    return IntStream.range(0, settings.interval())
        .mapToObj(part -> PackedBatch.of(rows.subList(part * size, (part + 1) * size)))
        .map(
            batch ->
                new TrainingStep.Part<>(
                    batch, IntStream.of(batch.rows()).map(row -> row % settings.users()).toArray()))
        .toList();
  }

  private static List<Example> rows(StepSettings settings, int vocabulary) {
    Random random = new Random(SEED);
    return IntStream.range(0, settings.batch())
        .mapToObj(
            row -> {
              int[] ids = random.ints(settings.seq(), 0, vocabulary).toArray();
              int[] labels =
                  settings.task() == Task.CAUSAL_LM
                      ? ids.clone()
                      : new int[] {random.nextInt(CLASSES)};
              int ignored = (int) (settings.ignored() * labels.length);
              Arrays.fill(labels, 0, ignored, Example.NO_LABEL);
              return new Example(ids, new int[ids.length], labels, 0, row);
            })
        .toList();
  }

  private static ObjectNode result(
      StepSettings settings, Device device, long trainable, List<TrainingStep.Taken> taken) {
    ObjectNode result = Forked.JSON.createObjectNode();
    result.put("method", settings.method()).put("model", settings.model());
    result.put("batch", settings.batch()).put("seq", settings.seq()).put("rank", settings.rank());
    result.put("device", Devices.name(device)).put("dtype", settings.dtype());
    result.put("threads", settings.threads());
    result.put("ms_per_step", TrainingStep.median(taken, TrainingStep.Taken::nanos));
    result.put(
        "ms_min",
        Rounded.of(
            taken.stream().mapToLong(TrainingStep.Taken::nanos).min().orElseThrow() / 1e6, 2));
    result.put("server_ms", TrainingStep.median(taken, TrainingStep.Taken::serverNanos));
    result.put("fit_ms", TrainingStep.median(taken, TrainingStep.Taken::fitAndMergeNanos));
    result.put("bytes_moved", taken.get(taken.size() - 1).movedBytes());
    result.put("queue_mb", Rounded.megabytes(queued(taken)));
    result.put("peak_rss_mb", Rounded.peakMegabytes());
    result.putNull("peak_cuda_mb");
    result.put("steps", settings.steps()).put("trainable", trainable);
    result.put("merged", settings.merged()).put("optimizer", settings.optimizer());
    result.put("offload", settings.offload()).put("staleness", settings.staleness());
    result.put("ignored", settings.ignored());
    result
        .put("interval", settings.interval())
        .put("users", settings.users())
        .put("sharing", settings.sharing());
    return result.put("torch", Torch.version());
  }

  private static long queued(List<TrainingStep.Taken> taken) {
    return taken.stream().mapToLong(TrainingStep.Taken::queuedBytes).max().orElse(0);
  }

  /**
   * Each step beside the floor that was timed right after it: on a machine whose speed changes, a
   * ratio of two medians would compare different minutes.
   */
  private static void addFloors(
      ObjectNode result, List<TrainingStep.Taken> taken, List<Long> floors) {
    if (floors.isEmpty()) {
      return;
    }
    double[] server = new double[floors.size()];
    double[] step = new double[floors.size()];
    for (int i = 0; i < floors.size(); i++) {
      server[i] = (double) taken.get(i).serverNanos() / floors.get(i);
      step[i] = (double) taken.get(i).nanos() / floors.get(i);
    }
    double[] nanos = floors.stream().mapToDouble(Long::doubleValue).toArray();
    result.put("floor_ms", Rounded.of(Spread.of(nanos).median() / 1e6, 2));
    result.put("server_ratio", Rounded.of(Spread.of(server).median(), 4));
    result.put("step_ratio", Rounded.of(Spread.of(step).median(), 4));
  }
}
