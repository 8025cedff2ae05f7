package io.github.cola4j.run;

import io.github.cola4j.data.Batch;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.offload.Fits;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.offload.InlineFits;
import io.github.cola4j.offload.PooledFits;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Schedule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.OffloadSpec;
import io.github.cola4j.spec.OptimizerSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.ScheduleSpec;
import io.github.cola4j.spec.UserSpec;
import io.github.cola4j.spec.UsersSpec;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.user.Sharing;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** All who learn in a run, and how the users share the model. */
final class Learners implements AutoCloseable {
  private final List<Learner> learners;
  private final Fits fits;
  private final Sharing sharing;
  private final boolean ownItems; // whether a user's loss is the mean over their own items

  private Learners(List<Learner> learners, Fits fits, Sharing sharing, boolean ownItems) {
    this.learners = learners;
    this.fits = fits;
    this.sharing = sharing;
    this.ownItems = ownItems;
  }

  /** How the users of a spec share the model; without users all rows are everybody's. */
  static Sharing sharing(RunSpec spec) {
    return spec.users().map(users -> Sharing.valueOf(users.mode().name())).orElse(Sharing.JOINT);
  }

  /** Which rows are learned when. */
  static <B extends Batch> Timetable timetable(RunSpec spec, Subject<B> subject) {
    OwnedRows<B> train = subject.rows().train();
    BitSet teaching = new BitSet();
    for (int row = 0; row < train.rows().size(); row++) {
      teaching.set(row, subject.objective().items(train.rows().batch(new int[] {row})) > 0);
    }
    return new Timetable(
        spec, subject.rows().users(), train.owners(), teaching, train.rows()::length);
  }

  /**
   * What adapters each learner asks for, by name, in the order of their numbers: one without a name
   * where all learn together.
   *
   * @param users the names of the rows' owners
   */
  static Map<String, AdapterSpec> asked(RunSpec spec, List<String> users) {
    Map<String, AdapterSpec> asked = new LinkedHashMap<>();
    if (sharing(spec) == Sharing.JOINT) {
      asked.put("", spec.adapter());
      return asked;
    }
    users.forEach(name -> asked.put(name, spec.adapter()));
    for (UserSpec user : spec.users().orElseThrow().list()) {
      asked.put(user.name(), user.adapter());
    }
    return asked;
  }

  /** Those who learn with a model's adapters. */
  static Learners of(
      RunSpec spec,
      Subject<?> subject,
      AdaptedModel model,
      Map<String, AdapterSpec> asked,
      Timetable timetable) {
    Sharing sharing = sharing(spec);
    long[] steps = timetable.fits(asked.size(), owner -> sharing == Sharing.JOINT ? 0 : owner);
    List<Learner> learners = new ArrayList<>();
    asked.forEach(
        (name, adapter) -> {
          int number = learners.size();
          learners.add(
              new Learner(
                  number,
                  name,
                  adapter,
                  spec.training().optimizer().lr(),
                  schedule(spec.training().schedule(), steps[number])));
        });
    boolean ownItems =
        spec.users()
            .filter(u -> u.lossNormalization() == UsersSpec.LossNormalization.USER)
            .isPresent();
    return new Learners(
        List.copyOf(learners), fits(spec, model, learners.size()), sharing, ownItems);
  }

  /** Where their adapters are fitted; they go by their numbers. */
  Fits fits() {
    return fits;
  }

  /** In the order of their numbers. */
  List<Learner> all() {
    return learners;
  }

  /** The learner of one user; empty where all learn together. */
  Optional<Learner> of(int owner) {
    return sharing == Sharing.JOINT ? Optional.empty() : Optional.of(learners.get(owner));
  }

  Sharing sharing() {
    return sharing;
  }

  /**
   * A batch as its learners gather it.
   *
   * @param owners of the batch's rows
   * @param items loss items of each
   */
  Interval interval(int[] owners, int[] items) {
    long[] own = new long[learners.size()];
    for (int row = 0; row < owners.length; row++) {
      own[sharing == Sharing.JOINT ? 0 : owners[row]] += items[row];
    }
    return new Interval(IntStream.of(items).sum(), own);
  }

  /** One batch of an adaptation interval. */
  final class Interval {
    private final long items; // that the batch's loss is the mean of
    private final long[] own; // those of each learner

    private Interval(long items, long[] own) {
      this.items = items;
      this.own = own;
    }

    /** Takes in one adapter's adaptation data. */
    void gather(AdaptationData data) {
      if (own[data.user()] > 0) { // rows without a labelled token are none
        fits.gather(data, items);
      }
    }

    /** Says that all of the batch was gathered. */
    void end() {
      for (Learner learner : learners) {
        fits.endBatch(learner.number(), ownItems ? own[learner.number()] : items);
      }
    }
  }

  /**
   * Asks for a fit of all whose rows were gathered; the others take no step.
   *
   * @return the largest learning rate among them; 0 if there was none
   */
  double fit() {
    Map<Integer, Double> rates = new TreeMap<>();
    for (Learner learner : learners) {
      int number = learner.number();
      if (fits.due(number)) {
        rates.put(number, learner.learningRate(fits.fits(number)));
      }
    }
    fits.fit(rates);
    return rates.values().stream().mapToDouble(rate -> rate).max().orElse(0);
  }

  private static Fits fits(RunSpec spec, AdaptedModel model, int users) {
    OffloadSpec offload = spec.offload();
    if (offload.to().isEmpty()) {
      return new InlineFits(model.manager(), model.sites(), users, maker(spec));
    }
    return new PooledFits(
        model.manager(),
        Devices.of("offload.to", offload.to().get()),
        offload,
        offload.threads().orElseGet(Torch::threads),
        spec.gradientLearning().interval(),
        model.sites(),
        users,
        maker(spec));
  }

  private static Fits.Maker maker(RunSpec spec) {
    Clipping clipping =
        spec.training()
            .maxGradNorm()
            .map(asked -> new Clipping(asked.value(), Clipping.Scope.valueOf(asked.scope().name())))
            .orElse(Clipping.NONE);
    Rule rule = rule(spec.training().optimizer());
    int steps = spec.gradientLearning().fitSteps();
    return (manager, sites, user) ->
        new InlineFit(manager, sites, user, new Optimizer(manager, rule), clipping, steps);
  }

  private static Rule rule(OptimizerSpec asked) {
    if (asked instanceof OptimizerSpec.Sgd sgd) {
      return new Sgd(sgd.momentum(), sgd.dampening(), sgd.nesterov(), sgd.weightDecay());
    }
    OptimizerSpec.AdamW adamw = (OptimizerSpec.AdamW) asked;
    return new AdamW(adamw.beta1(), adamw.beta2(), adamw.eps(), adamw.weightDecay());
  }

  private static Schedule schedule(ScheduleSpec asked, long fits) {
    long warmup = asked.warmup().steps(fits);
    return switch (asked.name()) {
      case LINEAR -> Schedule.linear(warmup, fits);
      case COSINE -> Schedule.cosine(warmup, fits);
      case CONSTANT -> Schedule.constant(warmup);
    };
  }

  @Override
  public void close() {
    fits.close();
  }
}
