package io.github.cola4j.bench;

import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;

/**
 * A step of gradient learning as a run takes it, with an interval of one batch: server pass →
 * adaptation data → fit → merge.
 */
final class TrainingStep {
  private final AdaptedModel model;
  private final Objective objective;
  private final InlineFit fit;
  private final HostArena arena = new HostArena();
  private long gatherNanos;

  TrainingStep(AdaptedModel model, Objective objective, InlineFit fit) {
    this.model = model;
    this.objective = objective;
    this.fit = fit;
  }

  /**
   * What a step took.
   *
   * @param loss the batch's mean
   * @param nanos all of it
   * @param fitNanos the adapters' gradients, the optimizer and the merge
   */
  record Taken(double loss, long nanos, long fitNanos) {
    /** The base's forward and backward passes. */
    long serverNanos() {
      return nanos - fitNanos;
    }
  }

  Taken take(PackedBatch batch, double learningRate) {
    long start = System.nanoTime();
    gatherNanos = 0;
    double loss = serverPass(batch);
    long beforeFit = System.nanoTime();
    fit.step(learningRate);
    model.merge();
    if (model.manager().getDevice().isGpu()) {
      // A number to read makes this wait for the device.
      fit.parameters().values().iterator().next().sum().getFloat();
    }
    long end = System.nanoTime();
    return new Taken(loss, end - start, gatherNanos + end - beforeFit);
  }

  private double serverPass(PackedBatch batch) {
    int items = objective.items(batch);
    try (Scope scope = Scope.open(model.manager())) {
      ServerPass pass = new ServerPass(model.linears(), scope.manager(), arena, null);
      Loss loss = objective.loss(pass, batch);
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> {
            long start = System.nanoTime();
            fit.gather(data, items);
            gatherNanos += System.nanoTime() - start;
          });
      fit.endBatch(items);
      return loss.mean().getFloat();
    } finally {
      arena.reset();
    }
  }
}
