package io.github.cola4j.bench;

import ai.djl.ndarray.types.DataType;
import io.github.cola4j.data.Batch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.user.Sharing;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A step of gradient learning as a run takes it, with an interval of one batch: server pass →
 * adaptation data → fits → merge.
 */
final class TrainingStep<B extends Batch> {
  private final AdaptedModel model;
  private final Objective<B> objective;
  private final Sharing sharing;
  private final List<InlineFit> fits; // by user
  private final Set<Integer> users;
  private final LongSupplier clock;
  private final HostArena arena = new HostArena();
  private long gatherNanos;

  /**
   * @param sharing how users share the model
   * @param fits of the users' adapters, in the order of their numbers
   * @param clock tells nanoseconds
   */
  TrainingStep(
      AdaptedModel model,
      Objective<B> objective,
      Sharing sharing,
      List<InlineFit> fits,
      LongSupplier clock) {
    this.model = model;
    this.objective = objective;
    this.sharing = sharing;
    this.fits = fits;
    this.clock = clock;
    this.users = IntStream.range(0, fits.size()).boxed().collect(Collectors.toSet());
  }

  /** Without users. */
  TrainingStep(AdaptedModel model, Objective<B> objective, InlineFit fit) {
    this(model, objective, Sharing.JOINT, List.of(fit), System::nanoTime);
  }

  /**
   * What a step took.
   *
   * @param loss the batch's mean
   * @param nanos all of it
   * @param fitNanos the adapters' gradients and the optimizers
   * @param mergeNanos bringing the base up to date
   */
  record Taken(double loss, long nanos, long fitNanos, long mergeNanos) {
    /** The base's forward and backward passes. */
    long serverNanos() {
      return nanos - fitNanos - mergeNanos;
    }

    /** All that a step does beside that. */
    long besideNanos() {
      return fitNanos + mergeNanos;
    }
  }

  /** Without users. */
  Taken take(B batch, double learningRate) {
    return take(batch, new int[batch.size()], learningRate);
  }

  /**
   * @param owners the users of the batch's rows
   */
  Taken take(B batch, int[] owners, double learningRate) {
    long start = clock.getAsLong();
    gatherNanos = 0;
    double loss = serverPass(batch, sharing.routing(owners, users));
    long beforeFit = clock.getAsLong();
    for (InlineFit fit : fits) {
      if (fit.due()) {
        fit.fit(learningRate);
      } else {
        fit.skip();
      }
    }
    await();
    long beforeMerge = clock.getAsLong();
    merge();
    await();
    long end = clock.getAsLong();
    return new Taken(loss, end - start, gatherNanos + beforeMerge - beforeFit, end - beforeMerge);
  }

  /** Brings the base up to date; nothing to do where adapters are evaluated. */
  void merge() {
    model.merge(sharing.routing(new int[0], users));
  }

  /** A number to read makes this wait for the device. */
  private void await() {
    if (model.manager().getDevice().isGpu()) {
      fits.get(0).parameters().values().iterator().next().sum().getFloat();
    }
  }

  private double serverPass(B batch, Routing routing) {
    int items = objective.items(batch);
    try (Scope scope = Scope.open(model.manager())) {
      ServerPass pass =
          new ServerPass(model.modules(), routing, scope.manager(), arena, null, null);
      Loss loss = objective.loss(pass, batch);
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> {
            long start = clock.getAsLong();
            fits.get(data.user()).gather(data, items);
            gatherNanos += clock.getAsLong() - start;
          });
      fits.forEach(fit -> fit.endBatch(items));
      return loss.mean().toType(DataType.FLOAT64, false).getDouble();
    } finally {
      arena.reset();
    }
  }

  /** Milliseconds; of an even number the upper one of the two in the middle. */
  static double median(List<Taken> taken, ToLongFunction<Taken> nanos) {
    long[] sorted = taken.stream().mapToLong(nanos).sorted().toArray();
    return Rounded.of(sorted[sorted.length / 2] / 1e6, 2);
  }
}
