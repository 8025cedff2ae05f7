package io.github.cola4j.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.data.Batches;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.data.IdxFiles;
import io.github.cola4j.data.ImageBatch;
import io.github.cola4j.data.ImageShape;
import io.github.cola4j.data.ImageTable;
import io.github.cola4j.data.Images;
import io.github.cola4j.data.Labels;
import io.github.cola4j.data.Normalization;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.model.block.ImageNetwork;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Schedule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.run.Devices;
import io.github.cola4j.run.Evaluation;
import io.github.cola4j.run.Failures;
import io.github.cola4j.spec.BaseSpec;
import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SplitSpec;
import io.github.cola4j.task.ImageClassification;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Trains an image model twice, by gradient learning and by back-propagation, by the paper's
 * clipping and schedule. The two sides take turns step by step, so that whatever else the machine
 * does meets both. Arguments are {@link ImagesSettings}.
 */
public final class ImagesJob implements Job {
  private static final int EVALUATION_BATCH = 500;
  private static final double WEIGHT_DECAY = 5e-4;
  private static final Clipping CLIPPING = new Clipping(1, Clipping.Scope.ADAPTER);

  @Override
  public JobResult run(JobContext context) throws Exception {
    ImagesSettings settings = Forked.JSON.treeToValue(context.arguments(), ImagesSettings.class);
    RunSpec spec = spec(settings);
    Torch.start(settings.threads());
    ImageTable table = read(spec.data().train());
    Labels labels = table.labels();
    Normalization normalization = Normalization.of(table);
    Images train = new Images(table, labels, normalization);
    Images test =
        new Images(
            read(spec.data().validation().orElseThrow()).ofShape(table.shape()),
            labels,
            normalization);
    Device device = Devices.of(spec.device());
    DataType type = settings.float64() ? DataType.FLOAT64 : DataType.FLOAT32;
    try (Side learned = Side.open(spec, type, device, table.shape(), labels.count());
        Side propagated = Side.open(spec, type, device, table.shape(), labels.count());
        UserFits fit =
            UserFits.inline(
                learned.model,
                1,
                (manager, sites, user) ->
                    new InlineFit(
                        manager, sites, user, optimizer(learned, settings), CLIPPING, 1));
        BackPropagation<ImageBatch> back =
            new BackPropagation<>(
                propagated.model,
                propagated.objective,
                optimizer(propagated, settings),
                CLIPPING)) {
      if (settings.merged()) {
        learned.model.keepMerged();
      }
      learned.model.merge();
      Sides sides =
          new Sides(train, new TrainingStep<>(learned.model, learned.objective, fit), back);
      if (!sides.run(settings, context)) {
        return JobResult.stopped();
      }
      ObjectNode result = Forked.JSON.createObjectNode();
      result.put("method", "cola-" + settings.adapter());
      result.put("architecture", settings.architecture());
      ArrayNode sizes = result.putArray("hidden_sizes");
      ((BaseSpec.Fresh) spec.base()).hiddenSizes().forEach(sizes::add);
      result.put("merged", settings.merged());
      result.put("trainable_parameters", learned.model.trainableParameters());
      result.put("epochs", settings.epochs()).put("rows", train.size());
      result.put("dtype", settings.float64() ? "float64" : "float32");
      result.put("optimizer", settings.optimizer());
      result.put("learning_rate", settings.learningRate());
      result.put("batch", settings.batch()).put("threads", settings.threads());
      result.put("accuracy", Rounded.of(learned.accuracy(test), 4));
      result.put("accuracy_backprop", Rounded.of(propagated.accuracy(test), 4));
      sides.write(result);
      result.put("peak_rss_mb", Rounded.peakMegabytes());
      return JobResult.finished(result.put("torch", Torch.version()));
    }
  }

  /** Bad data is told as that of a run. */
  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }

  private static RunSpec spec(ImagesSettings settings) {
    ObjectNode spec = Forked.JSON.createObjectNode();
    spec.put("task", "image-classification").put("device", settings.device());
    ObjectNode base = spec.putObject("base").put("architecture", settings.architecture());
    if (!settings.hiddenSizes().isEmpty()) {
      settings.hiddenSizes().forEach(base.putArray("hidden_sizes")::add);
    }
    ObjectNode data = spec.putObject("data");
    split(data.putObject("train"), settings.data() + "/train").put("limit", settings.rows());
    split(data.putObject("validation"), settings.data() + "/test");
    ObjectNode adapter = spec.putObject("adapter").put("kind", settings.adapter());
    switch (settings.adapter()) {
      case "linear" -> adapter.put("bias", true);
      case "low-rank" -> adapter.put("r", settings.rank()).put("lora_alpha", settings.rank());
      default -> {} // the paper's hidden sizes and activation are the usual ones
    }
    spec.putObject("training").put("seed", settings.seed());
    // JSON is YAML too, and quotes whatever a path may hold.
    return RunSpec.parse(spec.toPrettyString(), Path.of("cola-bench.yaml"), Map.of());
  }

  private static ObjectNode split(ObjectNode split, String prefix) {
    return split
        .put("file", prefix + "-images-idx3-ubyte.gz")
        .put("labels", prefix + "-labels-idx1-ubyte.gz");
  }

  private static ImageTable read(SplitSpec split) {
    ColumnsSpec.Pictures pictures = (ColumnsSpec.Pictures) split.columns();
    return IdxFiles.read(
        split.path(),
        pictures.labels().orElseThrow().path(),
        split.limit().map(OptionalInt::of).orElse(OptionalInt.empty()));
  }

  private static Optimizer optimizer(Side side, ImagesSettings settings) {
    Rule rule =
        settings.optimizer().equals("sgd")
            ? new Sgd(0.9, 0, true, WEIGHT_DECAY)
            : new AdamW(0.9, 0.999, 1e-8, WEIGHT_DECAY);
    return new Optimizer(side.manager(), rule);
  }

  /** One of two models that begin alike. */
  private record Side(
      NDManager owner, BlockModel base, ImageClassification objective, AdaptedModel model)
      implements AutoCloseable {

    static Side open(RunSpec spec, DataType type, Device device, ImageShape shape, int classes) {
      BaseSpec.Fresh asked = (BaseSpec.Fresh) spec.base();
      NDManager owner = Torch.newManager(device);
      BlockModel base =
          new ImageNetwork(
                  ImageNetwork.Architecture.valueOf(asked.architecture().name()),
                  asked.hiddenSizes(),
                  shape.channels(),
                  shape.height(),
                  shape.width(),
                  classes,
                  spec.training().seed())
              .open(owner, type);
      return new Side(
          owner, base, new ImageClassification(owner, base), AdaptedModel.fresh(owner, base, spec));
    }

    NDManager manager() {
      return model.manager();
    }

    double accuracy(Images test) {
      int[] all = IntStream.range(0, test.size()).toArray();
      return objective
          .metrics(
              new Evaluation<>(model, objective, new HostArena(), EVALUATION_BATCH)
                  .outcomes(test, all, Routing.ONE))
          .get("accuracy");
    }

    @Override
    public void close() {
      model.close();
      objective.close();
      base.close();
      owner.close();
    }
  }

  /** The training of both, and what is summed up on the way. */
  private static final class Sides {
    private final Images rows;
    private final TrainingStep<ImageBatch> learning;
    private final BackPropagation<ImageBatch> propagation;
    private double loss; // the mean of the last epoch's
    private double lossPropagated;
    private double firstDifference;
    private double difference; // the largest relative one of two losses
    private long nanos;
    private long fitNanos;
    private long nanosPropagated;

    Sides(Images rows, TrainingStep<ImageBatch> learning, BackPropagation<ImageBatch> propagation) {
      this.rows = rows;
      this.learning = learning;
      this.propagation = propagation;
    }

    /** Whether it came to its end. */
    boolean run(ImagesSettings settings, JobContext context) {
      int perEpoch = Batches.count(rows.size(), settings.batch());
      Schedule schedule = Schedule.cosine(0, (long) settings.epochs() * perEpoch);
      long step = 0;
      for (int epoch = 0; epoch < settings.epochs(); epoch++) {
        loss = 0;
        lossPropagated = 0;
        for (int[] numbers :
            Batches.of(EpochOrder.of(settings.seed(), epoch, rows.size()), settings.batch())) {
          if (context.stop().requested()) {
            return false;
          }
          both(rows.batch(numbers), settings.learningRate() * schedule.factor(step), perEpoch);
          firstDifference = step == 0 ? difference : firstDifference;
          step++;
        }
        System.err.printf(
            "epoch %d: mean loss %.4f and %.4f, at most %.1e apart; %.1f s and %.1f s so far%n",
            epoch + 1, loss, lossPropagated, difference, nanos / 1e9, nanosPropagated / 1e9);
      }
      return true;
    }

    private void both(ImageBatch batch, double learningRate, int perEpoch) {
      TrainingStep.Taken learned = learning.take(batch, learningRate);
      BackPropagation.Taken propagated = propagation.take(batch, learningRate);
      loss += learned.loss() / perEpoch;
      lossPropagated += propagated.loss() / perEpoch;
      difference =
          Math.max(difference, Math.abs(learned.loss() - propagated.loss()) / propagated.loss());
      nanos += learned.nanos();
      fitNanos += learned.fitNanos();
      nanosPropagated += propagated.nanos();
    }

    void write(ObjectNode result) {
      result.put("loss", Rounded.of(loss, 5));
      result.put("loss_backprop", Rounded.of(lossPropagated, 5));
      result.put("first_loss_difference", firstDifference);
      result.put("largest_loss_difference", difference);
      result.put("train_s", Rounded.of(nanos / 1e9, 2));
      result.put("server_s", Rounded.of((nanos - fitNanos) / 1e9, 2));
      result.put("fit_s", Rounded.of(fitNanos / 1e9, 2));
      result.put("train_s_backprop", Rounded.of(nanosPropagated / 1e9, 2));
    }
  }
}
