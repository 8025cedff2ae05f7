package io.github.cola4j.run;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.Batch;
import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.offload.Fits;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.EvaluationSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Task;
import io.github.cola4j.spec.UsersSpec;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.user.Sharing;
import io.github.cola4j.worker.StopSignal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One run, top to bottom: the spec is read; data, base and adapters are loaded; then, for each
 * step, server pass → adaptation data → fits → merge, the fits perhaps on threads or a device of
 * their own, beside the next server pass; in between evaluations and checkpoints; at the end the
 * adapters.
 *
 * <p>Without users one learner owns all rows. With users each row passes through the adapters that
 * their {@link Sharing} says, and trains its own user's.
 *
 * <p>A run that was killed goes on from its last checkpoint when it is started again, and ends with
 * the same bytes as one that was not.
 */
public final class Finetuning<B extends Batch> {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final RunSpec spec;
  private final Subject<B> subject;
  private final RunFolder folder;
  private final EventSink events;
  private final StopSignal stop;
  private final RunRows<B> rows;
  private final AdaptedModel model;
  private final NDManager manager;
  private final Objective<B> objective;
  private final Learners learners;
  private final Fits fits;
  private final Timetable timetable;
  private final TrainingState state;
  private final HostArena arena = new HostArena();
  private final long began = System.nanoTime();
  private MetricsLog log;
  private Measured latest; // of the last evaluation; null: none by this process
  private Set<Integer> mergedFor = Set.of(); // the users whose adapters the base contains
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
    return run(spec, "", force, events, stop);
  }

  /**
   * The same where it is known what runs.
   *
   * @param code a digest of the classes, which goes into the run's inputs, so that a run is noticed
   *     to be of other code; empty if nobody knows
   */
  public static boolean run(
      RunSpec spec, String code, boolean force, EventSink events, StopSignal stop) {
    RunFolder.check(spec.output().path(), force);
    Devices.startEngine(spec);
    Device device = Devices.of(spec.device());
    return spec.task() == Task.IMAGE_CLASSIFICATION
        ? run(spec, Subject.ofImages(spec, device), code, device, force, events, stop)
        : run(spec, Subject.ofTexts(spec, device), code, device, force, events, stop);
  }

  private static <B extends Batch> boolean run(
      RunSpec spec,
      Subject<B> opened,
      String code,
      Device device,
      boolean force,
      EventSink events,
      StopSignal stop) {
    // The folder is taken when all that goes in is known to be good, so that bad input leaves
    // nothing behind, and throws nothing away.
    try (Subject<B> subject = opened) {
      Timetable timetable = Learners.timetable(spec, subject);
      Map<String, AdapterSpec> asked = Learners.asked(spec, subject.rows().users());
      try (AdaptedModel model =
              AdaptedModel.fresh(subject.manager(), subject.model(), spec, asked);
          Learners learners = Learners.of(spec, subject, model, asked, timetable);
          RunFolder folder = RunFolder.take(spec.output().path(), force)) {
        begin(folder, spec, code, device);
        return new Finetuning<>(spec, subject, folder, events, stop, model, learners, timetable)
            .train(device);
      }
    }
  }

  /**
   * Notes what goes in, or makes sure that it is what went into the run that stands here. One
   * without a checkpoint has nothing to lose.
   */
  private static void begin(RunFolder folder, RunSpec spec, String code, Device device) {
    Inputs inputs = Inputs.ofFiles(spec, code).on(Devices.platform(device));
    if (!folder.hasCheckpoint()) {
      folder.clear();
      AtomicFiles.write(folder.spec(), spec.resolved());
      RunFolder.writeJson(folder.inputs(), inputs.json(folder.path(), spec.origin()));
      return;
    }
    List<String> changes =
        new ArrayList<>(spec.differences(TextRows.text(folder.spec()), RunFolder.SPEC));
    JsonNode begun = RunFolder.told(folder.path(), RunFolder.INPUTS);
    changes.addAll(inputs.differences(begun));
    if (!changes.isEmpty()) {
      changes.add(
          "undo the change to go on with that run, force it to train from scratch, or set output: to another folder");
      throw new RunException(
          "the unfinished run at " + folder.path() + " was begun with other inputs",
          changes.toArray(String[]::new));
    }
    RunFolder.writeJson(folder.inputs(), inputs.after(begun).json(folder.path(), spec.origin()));
  }

  private Finetuning(
      RunSpec spec,
      Subject<B> subject,
      RunFolder folder,
      EventSink events,
      StopSignal stop,
      AdaptedModel model,
      Learners learners,
      Timetable timetable) {
    this.spec = spec;
    this.subject = subject;
    this.folder = folder;
    this.events = events;
    this.stop = stop;
    this.rows = subject.rows();
    this.model = model;
    this.manager = model.manager();
    this.objective = subject.objective();
    this.learners = learners;
    this.fits = learners.fits();
    this.timetable = timetable;
    this.state = new TrainingState(learners.all(), fits, subject.model().buffers());
  }

  private boolean train(Device device) {
    long totalSteps = timetable.totalSteps();
    events.accept(
        new Event.RunStarted(
            folder.path().getFileName().toString(),
            spec.base().asWritten(),
            spec.task().key(),
            rows.train().rows().size(),
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
    merge(timetable.present(Math.max(0, state.step() - 1)));
    try (MetricsLog metricsLog = new MetricsLog(folder.metrics(), state.step())) {
      log = metricsLog;
      while (state.step() < totalSteps && !exhausted()) {
        if (stop.requested()) {
          events.accept(new Event.Stopped(state.step(), stop.reason(), checkpoint()));
          return false;
        }
        step();
        long step = state.step();
        boolean epochEnds = timetable.endsEpoch(step);
        if (spec.evaluation().isPresent()
            && (spec.evaluation().get().every().due(step, epochEnds) || step == totalSteps)) {
          catchUp();
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

  /** The server passes of one interval, and the fits of all whose rows were among them. */
  private void step() {
    long start = System.nanoTime();
    long step = state.step();
    Set<Integer> present = timetable.present(step);
    if (!present.equals(mergedFor)) {
      merge(present); // somebody joined or left
    }
    double lossSum = 0;
    long items = 0;
    long trained = 0;
    long[] fitNanos = {0};
    long pass = step * spec.gradientLearning().interval();
    for (int[] numbers : timetable.batches(step)) {
      B batch = rows.train().rows().batch(numbers);
      int[] itemsOfRows = objective.itemsOfRows(batch);
      int batchItems = IntStream.of(itemsOfRows).sum();
      if (batchItems > 0) { // rows without a labelled token teach nothing
        lossSum += serverPass(batch, itemsOfRows, present, pass, fitNanos) * batchItems;
      }
      items += batchItems;
      trained += batch.size();
      pass++;
    }
    double loss = items == 0 ? 0 : lossSum / items;
    requireFinite(loss, step);

    long beforeFit = System.nanoTime();
    double learningRate = learners.fit();
    fits.update();
    fitNanos[0] += System.nanoTime() - beforeFit;
    merge(present);
    state.stepDone();

    Fits.Traffic traffic = fits.traffic();
    long nanos = System.nanoTime() - start;
    trainedRows += trained;
    trainingNanos += nanos;
    tell(
        new Event.StepDone(
            state.step(),
            timetable.totalSteps(),
            timetable.epochs(state.step()),
            loss,
            learningRate,
            trained / (nanos / NANOS_PER_SECOND),
            (nanos - fitNanos[0]) / NANOS_PER_MILLI,
            traffic.fitNanos() / NANOS_PER_MILLI,
            Resources.residentBytes(),
            traffic.movedBytes(),
            traffic.queuedBytes(),
            traffic.error()));
  }

  /**
   * Hidden gradients of one batch, gathered by the fits.
   *
   * @param items the loss items of each row of the batch
   * @param number of the pass, for its dropout
   * @param fitNanos to which the time that gathering or handing over took is added
   * @return the batch's mean loss
   */
  private double serverPass(
      B batch, int[] items, Set<Integer> present, long number, long[] fitNanos) {
    int[] owners = IntStream.of(batch.rows()).map(row -> rows.train().owners()[row]).toArray();
    Learners.Interval interval = learners.interval(owners, items);
    Routing routing = learners.sharing().routing(owners, present);
    long seed = spec.training().seed();
    DropoutMasks dropout =
        spec.training().baseDropout() ? new DropoutMasks(seed, number, arena) : null;
    DropoutMasks adapterDropout = DropoutMasks.ofAdapters(seed, number, arena);
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(
              model.modules(),
              routing,
              scope.manager(),
              arena,
              dropout,
              adapterDropout,
              fits.inputs());
      Loss loss = objective.loss(pass, batch);
      pass.backward(loss.made(), loss.gradient(), data -> gather(interval, data, fitNanos));
      interval.end();
      return loss.mean().getFloat();
    } finally {
      Autograd.record(false); // a pass that failed may have left it on
      arena.reset();
    }
  }

  private static void gather(Learners.Interval interval, AdaptationData data, long[] fitNanos) {
    long start = System.nanoTime();
    interval.gather(data);
    fitNanos[0] += System.nanoTime() - start;
  }

  /** Brings merged weights up to date; nothing to do where adapters are evaluated. */
  private void merge(Set<Integer> present) {
    if (spec.gradientLearning().merged()) {
      model.merge(learners.sharing().routing(new int[0], present));
    }
    mergedFor = present;
  }

  /** Waits for all fits: what is measured and exported is never behind them. */
  private void catchUp() {
    if (fits.catchUp()) {
      merge(mergedFor);
    }
  }

  private static void requireFinite(double loss, long step) {
    if (!Double.isFinite(loss)) {
      throw diverged("the loss of step %d is %s".formatted(step + 1, loss));
    }
  }

  /** Asked before adapters are judged or saved: no later loss has told of them yet. */
  private void requireFiniteAdapters(long step) {
    for (Learner learner : learners.all()) {
      fits.newest(learner.number())
          .parameters()
          .forEach(
              (name, values) -> {
                try (NDArray sizes = values.abs();
                    NDArray largest = sizes.max()) {
                  if (!Float.isFinite(largest.getFloat())) {
                    throw diverged(
                        "the adapter's %s is not finite after step %d"
                            .formatted(learner.prefix() + name, step));
                  }
                }
              });
    }
  }

  private static RunException diverged(String how) {
    return new RunException(
        how + "; training has diverged",
        "lower training.optimizer.lr, lengthen training.schedule.warmup, or set training.max_grad_norm: 1.0",
        "earlier checkpoints are kept; with a changed spec, force the run to train from scratch");
  }

  private void evaluate(EvaluationSpec evaluation) {
    Measured measured = measure(evaluation);
    String metric = evaluation.metric();
    boolean better =
        state.best() == null || better(metric, measured.all(), state.best().measured().all());
    boolean apart = learners.sharing() == Sharing.ALONE; // then each keeps their own best
    if (better) {
      state.improved(measured, !apart);
    } else {
      state.notImproved();
    }
    if (apart) {
      learners.all().forEach(learner -> keepOwn(learner, metric, measured));
    }
    tell(new Event.Validated(state.step(), measured.all(), better));
  }

  /** So that nobody's rows have a say in which adapter another ends with. */
  private void keepOwn(Learner learner, String metric, Measured measured) {
    Double value = measured.users().getOrDefault(learner.name(), Map.of()).get(metric);
    if (value == null || fits.fits(learner.number()) == 0) {
      return; // not asked about, or nothing was learned yet
    }
    boolean higher = Metrics.of(metric).higherIsBetter();
    boolean better =
        state
            .ownBest(learner)
            .map(best -> higher ? value > best.value() : value < best.value())
            .orElse(true);
    if (better) {
      state.improved(learner, value);
    }
  }

  private Measured measure(EvaluationSpec asked) {
    OwnedRows<B> validation = rows.validation().orElseThrow();
    latest =
        new Validation<>(
                validation,
                rows.users(),
                learners.sharing(),
                asked.limit().orElse(Integer.MAX_VALUE),
                spec.users().filter(UsersSpec::validates).isPresent(),
                objective,
                new Evaluation<>(model, objective, arena, asked.batchSize()),
                subject
                    .writer()
                    .map(writer -> writer.of(model, arena, Split.VALIDATION))
                    .orElse(null))
            .measure(timetable.present(Math.max(0, state.step() - 1)));
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
    catchUp();
    Measured measured = Measured.NOTHING;
    long keptStep = state.step();
    if (spec.evaluation().isPresent()) {
      EvaluationSpec evaluation = spec.evaluation().get();
      if (keepsBest()) {
        state.returnToBest(manager);
        if (learners.sharing() == Sharing.ALONE) {
          measured = measure(evaluation); // each kept an evaluation of their own
        } else {
          keptStep = state.best().step();
          measured = state.best().measured();
        }
      } else {
        measured = latest == null ? measure(evaluation) : latest; // null: nothing left to train
      }
    }
    requireFiniteAdapters(keptStep);
    boolean together = export(timetable.present(Math.max(0, keptStep - 1)));
    AtomicFiles.write(folder.spec(), spec.resolved());
    double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
    double rowsPerSecond =
        trainingNanos == 0 ? 0 : trainedRows / (trainingNanos / NANOS_PER_SECOND);
    RunFolder.writeJson(folder.summary(), summary(measured, keptStep, rowsPerSecond, seconds));
    if (!measured.users().isEmpty()) {
      UserLines.of(spec.evaluation().orElseThrow().metric(), measured.users(), RunFolder.SUMMARY)
          .forEach(line -> events.accept(Event.Message.info(line)));
    }
    events.accept(
        new Event.RunFinished(
            state.step(),
            measured.all(),
            rowsPerSecond,
            together ? folder.adapter() : folder.users(),
            folder.path(),
            seconds));
  }

  private boolean keepsBest() {
    return spec.evaluation().filter(e -> e.keep() == EvaluationSpec.Keep.BEST).isPresent();
  }

  /**
   * Writes each user's adapter, and what is everybody's.
   *
   * @return whether there is an adapter that is everybody's
   */
  private boolean export(Set<Integer> present) {
    String task = Subject.peftTask(spec.task());
    boolean users = learners.all().stream().noneMatch(learner -> learner.name().isEmpty());
    for (Learner learner : learners.all()) {
      Path to = users ? folder.adapter(learner.name()) : folder.adapter();
      PeftFolder.write(to, model.export(learner.number(), learner.asked(), subject.name(), task));
    }
    if (!users) {
      return true;
    }
    if (learners.sharing() != Sharing.COLLABORATION) {
      return false;
    }
    Optional<String> obstacle = model.combineObstacle();
    if (obstacle.isPresent()) {
      events.accept(
          Event.Message.info("no adapter of all users together is written: " + obstacle.get()));
      return false;
    }
    Routing routing = learners.sharing().routing(new int[0], present);
    PeftFolder.write(folder.adapter(), model.exportMerged(routing, subject.name(), task));
    return true;
  }

  private ObjectNode summary(
      Measured measured, long keptStep, double rowsPerSecond, double seconds) {
    ObjectNode summary = new ObjectMapper().createObjectNode();
    summary.put("base", spec.base().asWritten()).put("task", spec.task().key());
    rows.classes().forEach(summary.putArray("labels")::add);
    summary.put("steps", state.step()).put("kept_step", keptStep);
    summary
        .put("trainable_parameters", model.trainableParameters())
        .put("sites", model.sites().size());
    ObjectNode validation = summary.putObject("metrics");
    measured.all().forEach(validation::put);
    subject.images().ifPresent(images -> images.write(summary));
    spec.users().ifPresent(users -> users(summary, users, measured));
    summary
        .put("training_rows", rows.train().rows().size())
        .put("examples_per_second", rowsPerSecond);
    summary.put("training_seconds", trainingNanos / NANOS_PER_SECOND).put("seconds", seconds);
    summary.put("peak_rss_bytes", Resources.peakResidentBytes());
    folder.results().forEach(summary.putObject(RunFolder.RESULTS)::put);
    return summary;
  }

  private void users(ObjectNode summary, UsersSpec asked, Measured measured) {
    summary.put("users_mode", asked.mode().name().toLowerCase(Locale.ROOT));
    ObjectNode users = summary.putObject("users");
    for (int number = 0; number < rows.users().size(); number++) {
      int owner = number;
      String name = rows.users().get(number);
      ObjectNode user = users.putObject(name);
      user.put(
          "training_rows", IntStream.of(rows.train().owners()).filter(o -> o == owner).count());
      learners
          .of(owner)
          .ifPresent(
              learner -> {
                user.put("fits", fits.fits(learner.number()));
                if (keepsBest()) {
                  state.ownBest(learner).ifPresent(best -> user.put("kept_step", best.step()));
                }
              });
      if (measured.users().containsKey(name)) {
        measured.users().get(name).forEach(user.putObject("metrics")::put);
      }
    }
  }

  private void tell(Event event) {
    log.add(event);
    events.accept(event);
  }
}
