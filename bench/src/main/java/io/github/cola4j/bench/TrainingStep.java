package io.github.cola4j.bench;

import ai.djl.ndarray.types.DataType;
import io.github.cola4j.data.Batch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.offload.Fits;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.user.Sharing;
import java.util.List;
import java.util.Map;
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
  private final UserFits fits;
  private final Set<Integer> users;
  private final LongSupplier clock;
  private final HostArena arena = new HostArena();
  private long gatherNanos;

  /**
   * @param sharing how users share the model
   * @param fits of the users' adapters
   * @param clock tells nanoseconds
   */
  TrainingStep(
      AdaptedModel model,
      Objective<B> objective,
      Sharing sharing,
      UserFits fits,
      LongSupplier clock) {
    this.model = model;
    this.objective = objective;
    this.sharing = sharing;
    this.fits = fits;
    this.clock = clock;
    this.users = IntStream.range(0, fits.users()).boxed().collect(Collectors.toSet());
  }

  /** Without users. */
  TrainingStep(AdaptedModel model, Objective<B> objective, UserFits fits) {
    this(model, objective, Sharing.JOINT, fits, System::nanoTime);
  }

  /**
   * What a step took.
   *
   * @param loss the batch's mean
   * @param nanos all of it
   * @param besideNanos of it, not in the server pass and not for merging: the fits, or handing over
   *     to those elsewhere and waiting for them
   * @param fitNanos the adapters' gradients and the optimizers, wherever that was
   * @param mergeNanos bringing the base up to date
   * @param movedBytes of adaptation data that was handed over
   * @param queuedBytes the most of it that waited
   */
  record Taken(
      double loss,
      long nanos,
      long besideNanos,
      long fitNanos,
      long mergeNanos,
      long movedBytes,
      long queuedBytes) {
    /** The base's forward and backward passes. */
    long serverNanos() {
      return nanos - besideNanos - mergeNanos;
    }

    /** Fits and merge. */
    long fitAndMergeNanos() {
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
    return take(List.of(new Part<>(batch, owners)), learningRate);
  }

  /** A batch of an interval, and the users of its rows. */
  record Part<B>(B batch, int[] owners) {}

  /**
   * @param interval the batches of one fit, each with as many loss items
   */
  Taken take(List<Part<B>> interval, double learningRate) {
    long start = clock.getAsLong();
    gatherNanos = 0;
    double loss = 0;
    for (Part<B> part : interval) {
      loss += serverPass(part.batch, sharing.routing(part.owners, users)) / interval.size();
    }
    long beforeFit = clock.getAsLong();
    Map<Integer, Double> rates =
        users.stream()
            .filter(fits.fits()::due)
            .collect(Collectors.toMap(user -> user, user -> learningRate));
    fits.fits().fit(rates);
    fits.fits().update();
    await();
    long beforeMerge = clock.getAsLong();
    merge();
    await();
    long end = clock.getAsLong();
    Fits.Traffic traffic = fits.fits().traffic();
    long beside = gatherNanos + beforeMerge - beforeFit;
    return new Taken(
        loss,
        end - start,
        beside,
        fits.inline() ? beside : traffic.fitNanos(), // inline by this clock
        end - beforeMerge,
        traffic.movedBytes(),
        traffic.queuedBytes());
  }

  /** Brings the base up to date; nothing to do where adapters are evaluated. */
  void merge() {
    model.merge(sharing.routing(new int[0], users));
  }

  /** A number to read makes this wait for the device. */
  private void await() {
    if (model.manager().getDevice().isGpu()) {
      model.sites().get(0).adapter().parameters().values().iterator().next().sum().getFloat();
    }
  }

  private double serverPass(B batch, Routing routing) {
    int items = objective.items(batch);
    try (Scope scope = Scope.open(model.manager())) {
      ServerPass pass =
          new ServerPass(
              model.modules(), routing, scope.manager(), arena, null, null, fits.fits().inputs());
      Loss loss = objective.loss(pass, batch);
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> {
            long start = clock.getAsLong();
            fits.fits().gather(data, items);
            gatherNanos += clock.getAsLong() - start;
          });
      users.forEach(user -> fits.fits().endBatch(user, items));
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
