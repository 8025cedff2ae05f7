package io.github.cola4j.bench;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.BatchOrder;
import io.github.cola4j.data.Batches;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Schedule;
import io.github.cola4j.run.Devices;
import io.github.cola4j.run.Evaluation;
import io.github.cola4j.run.Failures;
import io.github.cola4j.run.Resources;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Trains on SST-2 and measures the model; arguments are {@link Sst2Settings}. */
public final class Sst2Job implements Job {
  private static final int EVALUATION_BATCH = 64;
  private static final double WEIGHT_DECAY = 5e-4;

  @Override
  public JobResult run(JobContext context) throws Exception {
    Sst2Settings settings = Forked.JSON.treeToValue(context.arguments(), Sst2Settings.class);
    RunSpec spec =
        Sst2Data.spec(
            settings.base(),
            settings.data(),
            settings.rows(),
            settings.rank(),
            settings.targets(),
            settings.seed(),
            settings.device());
    Torch.start(settings.threads());
    Device device = Devices.of(spec.device());
    BaseFolder base = BaseFolder.open(spec.baseFolder().path());
    Dataset train;
    Dataset test;
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), Sst2Data.MAX_LENGTH)) {
      train = Sst2Data.encoded(spec.data().train(), settings.data(), encoder);
      test = Sst2Data.encoded(spec.data().validation().orElseThrow(), settings.data(), encoder);
    }
    try (TaskModel task =
            TaskModel.open(spec.task(), base, device, Sst2Data.LABELS.count(), settings.seed());
        AdaptedModel model = AdaptedModel.fresh(task.manager(), task.model(), spec);
        UserFits fit = UserFits.of(model, new AdamW(0.9, 0.999, 1e-8, WEIGHT_DECAY))) {
      if (settings.merged()) {
        model.keepMerged();
      }
      model.merge();
      Epochs epochs = new Epochs(settings, train, new TrainingStep<>(model, task.objective(), fit));
      if (!epochs.run(context)) {
        return JobResult.stopped();
      }
      long start = System.nanoTime();
      int[] all = IntStream.range(0, test.size()).toArray();
      Map<String, Double> metrics =
          task.objective()
              .metrics(
                  new Evaluation<>(model, task.objective(), new HostArena(), EVALUATION_BATCH)
                      .outcomes(test, all, Routing.ONE));
      double evaluated = (System.nanoTime() - start) / 1e9;
      return JobResult.finished(
          epochs.result(settings, evaluated, metrics.get("accuracy"), train.size()));
    }
  }

  /** Bad data and folders are told as those of a run. */
  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }

  /** The training, and what is summed up on the way. */
  private static final class Epochs {
    private final Sst2Settings settings;
    private final Dataset rows;
    private final TrainingStep<PackedBatch> step;
    private final long total;
    private double losses;
    private long steps;
    private long nanos;
    private long fitNanos;
    private long tokens;
    private long padded;
    private long toFirstStep;
    private double garbageShare;
    private final List<Double> resident = new ArrayList<>(); // MiB after each epoch

    Epochs(Sst2Settings settings, Dataset rows, TrainingStep<PackedBatch> step) {
      this.settings = settings;
      this.rows = rows;
      this.step = step;
      this.total = (long) settings.epochs() * Batches.count(rows.size(), settings.batch());
    }

    /** Whether it came to its end. */
    boolean run(JobContext context) {
      List<int[]> stated =
          settings.order() == null ? null : BatchOrder.read(Path.of(settings.order()), rows.size());
      Schedule schedule = schedule();
      GarbageCollection garbage = new GarbageCollection();
      long start = System.nanoTime();
      for (int epoch = 0; epoch < settings.epochs(); epoch++) {
        List<int[]> batches =
            stated != null
                ? stated
                : Batches.of(EpochOrder.of(settings.seed(), epoch, rows.size()), settings.batch());
        for (int[] numbers : batches) {
          if (context.stop().requested()) {
            return false;
          }
          PackedBatch batch = PackedBatch.of(rows.get(numbers));
          count(numbers);
          TrainingStep.Taken taken = step.take(batch, settings.lr() * schedule.factor(steps));
          losses += taken.loss();
          fitNanos += taken.besideNanos();
          steps++;
          if (steps == 1) {
            toFirstStep = Launch.millisSince();
          }
        }
        resident.add(Rounded.megabytes(Resources.residentBytes()));
        System.err.printf("epoch %d: mean loss %.4f so far%n", epoch + 1, losses / steps);
      }
      nanos = System.nanoTime() - start;
      garbageShare = garbage.shareOf(nanos);
      return true;
    }

    /** The script's: up by equal parts, the first of them not 0, or down to 0, if that is less. */
    private Schedule schedule() {
      long warm = Math.max(1, total / 20);
      return at ->
          Math.min(
              (at + 1.0) / warm, Math.max(0, (double) (total - at) / Math.max(1, total - warm)));
    }

    private void count(int[] batch) {
      tokens += IntStream.of(batch).mapToLong(rows::length).sum();
      padded += (long) batch.length * IntStream.of(batch).map(rows::length).max().orElseThrow();
    }

    ObjectNode result(Sst2Settings settings, double evalSeconds, double accuracy, int trained) {
      double seconds = nanos / 1e9;
      ObjectNode result = Forked.JSON.createObjectNode();
      result.put("method", "cola-low-rank");
      result.put("train_s", Rounded.of(seconds, 2)).put("eval_s", Rounded.of(evalSeconds, 2));
      result.put("rows_per_s", Rounded.of((double) trained * settings.epochs() / seconds, 1));
      result.put("accuracy", Rounded.of(accuracy, 4));
      result.put("loss", Rounded.of(losses / steps, 4));
      result.put("padded_share", Rounded.of(1 - (double) tokens / padded, 3));
      result.put("group_by_length", false).put("rows", trained).put("batch", settings.batch());
      result.put("threads", settings.threads());
      result.put("server_s", Rounded.of((nanos - fitNanos) / 1e9, 2));
      result.put("fit_s", Rounded.of(fitNanos / 1e9, 2)).put("merged", settings.merged());
      result.put("peak_rss_mb", Rounded.peakMegabytes());
      resident.forEach(result.putArray("rss_mb_by_epoch")::add);
      double first = resident.get(0);
      if (first > 0) {
        result.put("rss_growth", Rounded.of(resident.get(resident.size() - 1) / first, 4));
      }
      result.put("start_ms", toFirstStep).put("gc_share", garbageShare);
      result.put("seed", settings.seed());
      return result.put("torch", Torch.version());
    }
  }
}
