package io.github.cola4j.run;

import io.github.cola4j.data.Batch;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Schedule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.OptimizerSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.ScheduleSpec;
import io.github.cola4j.spec.UserSpec;
import io.github.cola4j.spec.UsersSpec;
import io.github.cola4j.user.Sharing;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** All who learn in a run, and how the users share the model. */
final class Learners implements AutoCloseable {
  private final List<Learner> learners;
  private final Sharing sharing;
  private final boolean ownItems; // whether a user's loss is the mean over their own items

  private Learners(List<Learner> learners, Sharing sharing, boolean ownItems) {
    this.learners = learners;
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
    return new Timetable(spec, subject.rows().users(), train.owners(), teaching);
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
    long[] fits = timetable.fits(asked.size(), owner -> sharing == Sharing.JOINT ? 0 : owner);
    List<Learner> learners = new ArrayList<>();
    asked.forEach(
        (name, adapter) -> {
          int number = learners.size();
          learners.add(
              new Learner(
                  number,
                  name,
                  adapter,
                  fit(spec, model, number),
                  spec.training().optimizer().lr(),
                  schedule(spec.training().schedule(), fits[number])));
        });
    boolean ownItems =
        spec.users()
            .filter(u -> u.lossNormalization() == UsersSpec.LossNormalization.USER)
            .isPresent();
    return new Learners(List.copyOf(learners), sharing, ownItems);
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
        learners.get(data.user()).fit().gather(data, items);
      }
    }

    /** Says that all of the batch was gathered. */
    void end() {
      for (Learner learner : learners) {
        learner.fit().endBatch(ownItems ? own[learner.number()] : items);
      }
    }
  }

  /**
   * Fits the adapters of all whose rows were gathered; the others take no step.
   *
   * @return the largest learning rate among them; 0 if there was none
   */
  double fit() {
    double largest = 0;
    for (Learner learner : learners) {
      if (learner.fit().due()) {
        double rate = learner.learningRate();
        learner.fit().fit(rate);
        largest = Math.max(largest, rate);
      } else {
        learner.fit().skip();
      }
    }
    return largest;
  }

  private static InlineFit fit(RunSpec spec, AdaptedModel model, int number) {
    Clipping clipping =
        spec.training()
            .maxGradNorm()
            .map(asked -> new Clipping(asked.value(), Clipping.Scope.valueOf(asked.scope().name())))
            .orElse(Clipping.NONE);
    return new InlineFit(
        model.manager(),
        model.sites(),
        number,
        new Optimizer(model.manager(), rule(spec.training().optimizer())),
        clipping,
        spec.gradientLearning().fitSteps());
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
    learners.forEach(learner -> learner.fit().close());
  }
}
