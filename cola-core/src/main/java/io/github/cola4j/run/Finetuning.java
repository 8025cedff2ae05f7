package io.github.cola4j.run;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.Batches;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.gl.AdaptedLinears;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.metric.ClassificationMetric;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Schedule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.spec.ClippingSpec;
import io.github.cola4j.spec.EvaluationSpec;
import io.github.cola4j.spec.OptimizerSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.ScheduleSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.Task;
import io.github.cola4j.spec.TrainingSpec;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.worker.StopSignal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One run, top to bottom: the spec is read; data, base and adapters are loaded; then, for each
 * step, server pass → adaptation data → fit → merge; in between evaluations and checkpoints; at the
 * end the adapter.
 *
 * <p>A run that was killed goes on from its last checkpoint when it is started again, and ends with
 * the same bytes as one that was not.
 */
public final class Finetuning {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final RunSpec spec;
  private final BaseFolder base;
  private final RunFolder folder;
  private final EventSink events;
  private final StopSignal stop;
  private final TextRows rows;
  private final AdaptedModel model;
  private final NDManager manager;
  private final Objective objective;
  private final InlineFit fit;
  private final TrainingState state;
  private final Schedule schedule;
  private final HostArena arena = new HostArena();
  private final long stepsPerEpoch;
  private final long totalSteps;
  private final long began = System.nanoTime();
  private MetricsLog log;
  private Map<String, Double> latest; // of the last evaluation; null: none by this process
  private List<int[]> batches;
  private int batchesOfEpoch;
  private long trainedRows; // since this process began
  private long trainingNanos;

  /**
   * Runs a spec to its end, or until it is asked to stop.
   *
   * @param force whether a run that stands at the output is thrown away; else a finished one is
   *     refused, and an unfinished one goes on
   * @return whether the run is finished; if not, it was stopped, and can go on later
   * @throws RunException if the output holds another run, or training cannot go on
   */
  public static boolean run(RunSpec spec, boolean force, EventSink events, StopSignal stop) {
    requireBuilt(spec);
    Path output = spec.output().path();
    RunFolder.check(output, force);
    Torch.start(spec.threads().orElseGet(Resources::physicalCores));
    Device device = Devices.of(spec.device());
    BaseFolder base = BaseFolder.open(spec.baseFolder().path());
    TextRows rows = TextRows.read(spec, base);
    requireMetric(spec, rows.classes().size());
    // The folder is taken when all that goes in is known to be good, so that bad input leaves
    // nothing behind, and throws nothing away.
    try (TaskModel task =
            TaskModel.open(
                spec.task(), base, device, rows.classes().size(), spec.training().seed());
        AdaptedModel model = AdaptedModel.fresh(task.manager(), task.model(), spec);
        InlineFit fit = fit(spec.training(), model);
        RunFolder folder = RunFolder.take(output, force)) {
      begin(folder, spec, base, rows, device);
      return new Finetuning(spec, base, folder, events, stop, rows, model, task.objective(), fit)
          .train(device);
    }
  }

  /** Stands in for what a spec can ask for already. */
  private static void requireBuilt(RunSpec spec) {
    if (spec.users().isPresent()) {
      throw new IllegalStateException("not built yet: users");
    }
    if (spec.gradientLearning().fitSteps() > 1) {
      throw new IllegalStateException("not built yet: fit_steps");
    }
    if (spec.training()
        .maxGradNorm()
        .filter(clipping -> clipping.scope() == ClippingSpec.Scope.ADAPTER)
        .isPresent()) {
      throw new IllegalStateException("not built yet: max_grad_norm.scope");
    }
  }

  private static void requireMetric(RunSpec spec, int classes) {
    boolean f1 =
        spec.evaluation().filter(e -> e.metric().equals(ClassificationMetric.F1.key())).isPresent();
    if (f1 && classes > 2) {
      throw new SpecException(
          List.of(
              spec.problem(
                  "evaluation.metric",
                  "f1 is for two classes, and the rows have " + classes,
                  "write f1_macro")));
    }
  }

  /**
   * Notes what goes in, or makes sure that it is what went into the run that stands here. One
   * without a checkpoint has nothing to lose.
   */
  private static void begin(
      RunFolder folder, RunSpec spec, BaseFolder base, TextRows rows, Device device) {
    Inputs inputs =
        new Inputs(
            base.digest(),
            rows.train().digest(),
            rows.validation().map(data -> data.digest()).orElse(""),
            Devices.name(device),
            Torch.threads(),
            Torch.version());
    if (!folder.hasCheckpoint()) {
      folder.clear();
      AtomicFiles.write(folder.spec(), spec.resolved());
      RunFolder.writeJson(folder.inputs(), inputs.json(folder.path(), spec.origin().folder()));
      return;
    }
    List<String> changes =
        new ArrayList<>(spec.differences(TextRows.text(folder.spec()), "spec.yaml"));
    changes.addAll(inputs.differences(RunFolder.readJson(folder.inputs())));
    if (!changes.isEmpty()) {
      changes.add(
          "undo the change to go on with that run, force it to train from scratch, or set output: to another folder");
      throw new RunException(
          "the unfinished run at " + folder.path() + " was begun with other inputs",
          changes.toArray(String[]::new));
    }
  }

  private Finetuning(
      RunSpec spec,
      BaseFolder base,
      RunFolder folder,
      EventSink events,
      StopSignal stop,
      TextRows rows,
      AdaptedModel model,
      Objective objective,
      InlineFit fit) {
    this.spec = spec;
    this.base = base;
    this.folder = folder;
    this.events = events;
    this.stop = stop;
    this.rows = rows;
    this.model = model;
    this.manager = model.manager();
    this.objective = objective;
    this.fit = fit;
    this.state = new TrainingState(fit);
    TrainingSpec training = spec.training();
    long batches = Batches.count(rows.train().size(), training.batchSize());
    int interval = spec.gradientLearning().interval();
    stepsPerEpoch = (batches + interval - 1) / interval; // an epoch's last interval may be short
    long all = training.epochs() * stepsPerEpoch;
    totalSteps = training.maxSteps().map(most -> Math.min(most, all)).orElse(all);
    schedule = schedule(training.schedule(), totalSteps);
  }

  private boolean train(Device device) {
    events.accept(
        new Event.RunStarted(
            folder.path().getFileName().toString(),
            spec.base().asWritten(),
            spec.task().key(),
            rows.train().size(),
            totalSteps,
            model.trainableParameters(),
            model.sites().size(),
            Devices.name(device),
            Torch.threads()));
    state.resume(folder.checkpoints(), manager);
    if (state.step() > 0) {
      events.accept(new Event.Resumed(state.step()));
    }
    if (spec.gradientLearning().merged()) {
      model.keepMerged();
    }
    model.merge();
    try (MetricsLog metricsLog = new MetricsLog(folder.metrics(), state.step())) {
      log = metricsLog;
      while (state.step() < totalSteps && !exhausted()) {
        if (stop.requested()) {
          events.accept(new Event.Stopped(state.step(), stop.reason(), checkpoint()));
          return false;
        }
        step();
        long step = state.step();
        boolean epochEnds = step % stepsPerEpoch == 0;
        if (spec.evaluation().isPresent()
            && (spec.evaluation().get().every().due(step, epochEnds) || step == totalSteps)) {
          requireFiniteAdapters(step);
          evaluate(spec.evaluation().get());
        }
        if (spec.checkpoint().every().due(step, epochEnds) && step < totalSteps) {
          requireFiniteAdapters(step);
          checkpoint();
        }
      }
      finish();
      return true;
    }
  }

  /** One optimizer step: the server passes of one interval, and the fit of all adapters. */
  private void step() {
    long start = System.nanoTime();
    long step = state.step();
    int epoch = (int) (step / stepsPerEpoch);
    int interval = spec.gradientLearning().interval();
    int first = (int) (step % stepsPerEpoch) * interval;
    List<int[]> batches = batches(epoch);
    List<int[]> gathered = batches.subList(first, Math.min(first + interval, batches.size()));

    double lossSum = 0;
    long items = 0;
    long trained = 0;
    long fitNanos = 0;
    for (int i = 0; i < gathered.size(); i++) {
      PackedBatch batch = PackedBatch.of(rows.train().get(gathered.get(i)));
      long[] fitting = {0};
      int batchItems = objective.items(batch);
      if (batchItems > 0) { // rows without a labelled token teach nothing
        lossSum += serverPass(batch, batchItems, step * interval + i, fitting) * batchItems;
      }
      items += batchItems;
      trained += batch.size();
      fitNanos += fitting[0];
    }
    double loss = items == 0 ? 0 : lossSum / items;
    requireFinite(loss, step);

    long beforeFit = System.nanoTime();
    double learningRate = spec.training().optimizer().lr() * schedule.factor(step);
    if (items > 0) {
      fit.step(learningRate);
    }
    long afterFit = System.nanoTime();
    model.merge();
    fitNanos += afterFit - beforeFit;
    state.stepDone();

    long nanos = System.nanoTime() - start;
    trainedRows += trained;
    trainingNanos += nanos;
    tell(
        new Event.StepDone(
            state.step(),
            totalSteps,
            (double) state.step() / stepsPerEpoch,
            loss,
            learningRate,
            trained / (nanos / NANOS_PER_SECOND),
            (nanos - fitNanos) / NANOS_PER_MILLI,
            fitNanos / NANOS_PER_MILLI,
            Resources.residentBytes()));
  }

  /** The batches of an epoch, as row numbers; drawn once per epoch. */
  private List<int[]> batches(int epoch) {
    if (batches == null || epoch != batchesOfEpoch) {
      int[] order = EpochOrder.of(spec.training().seed(), epoch, rows.train().size());
      batches = Batches.of(order, spec.training().batchSize());
      batchesOfEpoch = epoch;
    }
    return batches;
  }

  /**
   * Hidden gradients of one batch, gathered by the fit.
   *
   * @param items the loss items of the batch
   * @param number of the pass, for its dropout
   * @param fitNanos to which the time that gathering took is added
   * @return the batch's mean loss
   */
  private double serverPass(PackedBatch batch, int items, long number, long[] fitNanos) {
    DropoutMasks dropout =
        spec.training().baseDropout()
            ? new DropoutMasks(spec.training().seed(), number, arena)
            : null;
    try (Scope scope = Scope.open(manager)) {
      AdaptedLinears linears = model.linears();
      ServerPass pass = new ServerPass(linears, scope.manager(), arena, dropout);
      Loss loss = objective.loss(pass, batch);
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> {
            long start = System.nanoTime();
            fit.gather(data, items);
            fitNanos[0] += System.nanoTime() - start;
          });
      fit.endBatch(items);
      return loss.mean().getFloat();
    } finally {
      arena.reset();
    }
  }

  private static void requireFinite(double loss, long step) {
    if (!Double.isFinite(loss)) {
      throw diverged("the loss of step %d is %s".formatted(step + 1, loss));
    }
  }

  /** Asked before adapters are judged or saved: no later loss has told of them yet. */
  private void requireFiniteAdapters(long step) {
    fit.parameters()
        .forEach(
            (name, values) -> {
              try (NDArray sizes = values.abs();
                  NDArray largest = sizes.max()) {
                if (!Float.isFinite(largest.getFloat())) {
                  throw diverged(
                      "the adapter's %s is not finite after step %d".formatted(name, step));
                }
              }
            });
  }

  private static RunException diverged(String how) {
    return new RunException(
        how + "; training has diverged",
        "lower training.optimizer.lr, lengthen training.schedule.warmup, or set training.max_grad_norm: 1.0",
        "earlier checkpoints are kept; with a changed spec, force the run to train from scratch");
  }

  private void evaluate(EvaluationSpec evaluation) {
    Map<String, Double> metrics = measure(evaluation);
    boolean better =
        state.best() == null || better(evaluation.metric(), metrics, state.best().metrics());
    if (better) {
      state.improved(metrics);
    } else {
      state.notImproved();
    }
    tell(new Event.Validated(state.step(), metrics, better));
  }

  private Map<String, Double> measure(EvaluationSpec evaluation) {
    Dataset validation = rows.validation().orElseThrow();
    int limit = Math.min(validation.size(), evaluation.limit().orElse(Integer.MAX_VALUE));
    latest =
        new LinkedHashMap<>(
            new Evaluation(model, objective, arena)
                .metrics(validation, limit, evaluation.batchSize()));
    if (evaluation.generate()) {
      latest.putAll(
          GeneratedTexts.metrics(
              model,
              base,
              rows.pairs().subList(0, limit),
              spec.generation().orElseThrow(),
              spec.data().maxLength(),
              evaluation.batchSize(),
              arena));
    }
    return latest;
  }

  private static boolean better(
      String metric, Map<String, Double> now, Map<String, Double> before) {
    boolean higher = Metrics.of(metric).higherIsBetter();
    return higher ? now.get(metric) > before.get(metric) : now.get(metric) < before.get(metric);
  }

  /** Whether early stopping ends the training. */
  private boolean exhausted() {
    Optional<Integer> patience = spec.evaluation().flatMap(EvaluationSpec::patience);
    return patience.isPresent() && state.withoutImprovement() >= patience.get();
  }

  private Path checkpoint() {
    Path path = state.save(folder.checkpoints(), spec.checkpoint().keep());
    events.accept(new Event.CheckpointWritten(state.step(), path));
    return path;
  }

  private void finish() {
    Map<String, Double> metrics = Map.of();
    long keptStep = state.step();
    if (spec.evaluation().isPresent()) {
      EvaluationSpec evaluation = spec.evaluation().get();
      if (evaluation.keep() == EvaluationSpec.Keep.BEST) {
        state.returnToBest(manager);
        keptStep = state.best().step();
        metrics = state.best().metrics();
      } else {
        metrics = latest == null ? measure(evaluation) : latest; // null: nothing was left to train
      }
    }
    requireFiniteAdapters(keptStep);
    String baseName = spec.baseFolder().path().normalize().getFileName().toString();
    PeftFolder.write(
        folder.adapter(), model.export(spec.adapter(), baseName, peftTask(spec.task())));
    AtomicFiles.write(folder.spec(), spec.resolved());
    double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
    double rowsPerSecond =
        trainingNanos == 0 ? 0 : trainedRows / (trainingNanos / NANOS_PER_SECOND);
    RunFolder.writeJson(folder.summary(), summary(metrics, keptStep, rowsPerSecond, seconds));
    events.accept(
        new Event.RunFinished(
            state.step(), metrics, rowsPerSecond, folder.adapter(), folder.path(), seconds));
  }

  /** PEFT's word for a task. */
  private static String peftTask(Task task) {
    return switch (task) {
      case SEQUENCE_CLASSIFICATION, SEQUENCE_REGRESSION -> "SEQ_CLS";
      case CAUSAL_LM -> "CAUSAL_LM";
      case SEQUENCE_TO_SEQUENCE -> "SEQ_2_SEQ_LM";
      case IMAGE_CLASSIFICATION -> throw new IllegalStateException("not built yet: " + task);
    };
  }

  private ObjectNode summary(
      Map<String, Double> metrics, long keptStep, double rowsPerSecond, double seconds) {
    ObjectNode summary = new ObjectMapper().createObjectNode();
    summary.put("base", spec.base().asWritten()).put("task", spec.task().key());
    rows.classes().forEach(summary.putArray("labels")::add);
    summary.put("steps", state.step()).put("kept_step", keptStep);
    summary
        .put("trainable_parameters", model.trainableParameters())
        .put("sites", model.sites().size());
    ObjectNode validation = summary.putObject("metrics");
    metrics.forEach(validation::put);
    summary.put("training_rows", rows.train().size()).put("examples_per_second", rowsPerSecond);
    summary.put("training_seconds", trainingNanos / NANOS_PER_SECOND).put("seconds", seconds);
    summary.put("peak_rss_bytes", Resources.peakResidentBytes());
    return summary;
  }

  private void tell(Event event) {
    log.add(event);
    events.accept(event);
  }

  private static InlineFit fit(TrainingSpec training, AdaptedModel model) {
    OptionalDouble maxNorm =
        training.maxGradNorm().isPresent()
            ? OptionalDouble.of(training.maxGradNorm().get().value())
            : OptionalDouble.empty();
    Optimizer optimizer = new Optimizer(model.manager(), rule(training.optimizer()));
    return new InlineFit(model.manager(), model.sites(), optimizer, maxNorm);
  }

  private static Rule rule(OptimizerSpec asked) {
    if (asked instanceof OptimizerSpec.Sgd sgd) {
      return new Sgd(sgd.momentum(), sgd.dampening(), sgd.nesterov(), sgd.weightDecay());
    }
    OptimizerSpec.AdamW adamw = (OptimizerSpec.AdamW) asked;
    return new AdamW(adamw.beta1(), adamw.beta2(), adamw.eps(), adamw.weightDecay());
  }

  private static Schedule schedule(ScheduleSpec asked, long totalSteps) {
    long warmup = asked.warmup().steps(totalSteps);
    return switch (asked.name()) {
      case LINEAR -> Schedule.linear(warmup, totalSteps);
      case COSINE -> Schedule.cosine(warmup, totalSteps);
      case CONSTANT -> Schedule.constant(warmup);
    };
  }
}
