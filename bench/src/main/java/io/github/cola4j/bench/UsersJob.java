package io.github.cola4j.bench;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.Batches;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.run.Devices;
import io.github.cola4j.run.Failures;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.user.Sharing;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Takes training steps with a number of users on SST-2; arguments are {@link UsersSettings}. The
 * batches are the same whatever the number, their rows dealt to the users in turn.
 */
public final class UsersJob implements Job {
  private static final double LEARNING_RATE = 1e-3;
  private static final double WEIGHT_DECAY = 5e-4;

  @Override
  public JobResult run(JobContext context) throws Exception {
    UsersSettings settings = Forked.JSON.treeToValue(context.arguments(), UsersSettings.class);
    RunSpec spec = spec(settings);
    Torch.start(settings.threads());
    Device device = Devices.of(spec.device());
    BaseFolder base = BaseFolder.open(spec.baseFolder().path());
    Dataset rows;
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), Sst2Data.MAX_LENGTH)) {
      rows = Sst2Data.encoded(spec.data().train(), settings.data(), encoder);
    }
    Sharing sharing = Sharing.valueOf(settings.mode().toUpperCase(Locale.ROOT));
    Map<String, AdapterSpec> asked = new LinkedHashMap<>();
    int learners = sharing == Sharing.JOINT ? 1 : settings.users();
    IntStream.range(0, learners).forEach(user -> asked.put("user" + user, spec.adapter()));
    int classes = Sst2Data.LABELS.count();
    try (TaskModel task = TaskModel.open(spec.task(), base, device, classes, settings.seed());
        AdaptedModel model = AdaptedModel.fresh(task.manager(), task.model(), spec, asked);
        UserFits fits =
            UserFits.of(
                model, spec.offload(), 1, learners, new AdamW(0.9, 0.999, 1e-8, WEIGHT_DECAY))) {
      if (settings.merged()) {
        model.keepMerged();
      }
      TrainingStep<PackedBatch> step =
          new TrainingStep<>(model, task.objective(), sharing, fits, clock(settings));
      step.merge();
      List<TrainingStep.Taken> taken = new ArrayList<>();
      int[] owners = new int[rows.size()];
      int[] order = EpochOrder.of(settings.seed(), 0, rows.size());
      IntStream.range(0, order.length).forEach(i -> owners[order[i]] = i % settings.users());
      for (int[] numbers : Batches.of(order, settings.batch())) {
        if (context.stop().requested()) {
          return JobResult.stopped();
        }
        PackedBatch batch = rows.batch(numbers);
        int[] own = IntStream.of(batch.rows()).map(row -> owners[row]).toArray();
        taken.add(step.take(batch, own, LEARNING_RATE));
      }
      List<TrainingStep.Taken> measured = taken.subList(settings.warmup(), taken.size());
      return JobResult.finished(result(settings, model, fits, measured));
    }
  }

  /** Bad data and folders are told as those of a run. */
  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }

  private static RunSpec spec(UsersSettings settings) {
    return Sst2Data.spec(
        settings.base(),
        settings.data(),
        (settings.warmup() + settings.steps()) * settings.batch(),
        settings.rank(),
        settings.targets(),
        settings.seed(),
        settings.device());
  }

  private static LongSupplier clock(UsersSettings settings) {
    return settings.cpuTime()
        ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
        : System::nanoTime;
  }

  private static ObjectNode result(
      UsersSettings settings, AdaptedModel model, UserFits fits, List<TrainingStep.Taken> taken) {
    ObjectNode result = Forked.JSON.createObjectNode();
    result.put("method", "cola-" + settings.mode()).put("users", settings.users());
    result.put("merged", settings.merged());
    result.put("batch", settings.batch()).put("rank", settings.rank());
    result.put("threads", settings.threads()).put("steps", taken.size());
    result.put("clock", settings.cpuTime() ? "cpu" : "wall");
    result.put("ms_per_step", TrainingStep.median(taken, TrainingStep.Taken::nanos));
    result.put("server_ms", TrainingStep.median(taken, TrainingStep.Taken::serverNanos));
    result.put("fit_ms", TrainingStep.median(taken, TrainingStep.Taken::fitNanos));
    result.put("merge_ms", TrainingStep.median(taken, TrainingStep.Taken::mergeNanos));
    result.put("peak_rss_mb", Rounded.peakMegabytes());
    result.put("adapters_mb", Rounded.megabytes(fits.adapterBytes()));
    result.put("optimizers_mb", Rounded.megabytes(fits.optimizerBytes()));
    result.put("trainable", model.trainableParameters());
    result.put("loss", Rounded.of(taken.get(taken.size() - 1).loss(), 4));
    return result.put("torch", Torch.version());
  }
}
