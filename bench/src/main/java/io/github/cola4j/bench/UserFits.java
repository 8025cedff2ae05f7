package io.github.cola4j.bench;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.offload.Fits;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.offload.InlineFits;
import io.github.cola4j.offload.PooledFits;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.run.Devices;
import io.github.cola4j.spec.OffloadSpec;
import io.github.cola4j.tensor.Torch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The fits of several users' adapters, each with an optimizer of its own.
 *
 * @param fits where they happen
 * @param users how many, with numbers from 0
 * @param inline whether they happen on the server pass's thread
 */
record UserFits(Fits fits, int users, boolean inline) implements AutoCloseable {
  /** Fits where the server pass runs. */
  static UserFits inline(AdaptedModel model, int users, Fits.Maker maker) {
    return new UserFits(new InlineFits(model.manager(), model.sites(), users, maker), users, true);
  }

  /**
   * Fits where a spec asks for them.
   *
   * @param interval the batches of one fit
   */
  static UserFits of(AdaptedModel model, OffloadSpec offload, int interval, int users, Rule rule) {
    Fits.Maker maker =
        (manager, sites, user) -> new InlineFit(manager, sites, user, new Optimizer(manager, rule));
    if (offload.to().isEmpty()) {
      return inline(model, users, maker(rule));
    }
    return new UserFits(
        new PooledFits(
            model.manager(),
            Devices.of(offload.to().get()),
            offload,
            offload.threads().orElseGet(Torch::threads),
            interval,
            model.sites(),
            users,
            maker(rule)),
        users,
        false);
  }

  /** Of one learner without users. */
  static UserFits of(AdaptedModel model, Rule rule) {
    return inline(model, 1, maker(rule));
  }

  private static Fits.Maker maker(Rule rule) {
    return (manager, sites, user) ->
        new InlineFit(manager, sites, user, new Optimizer(manager, rule));
  }

  long optimizerBytes() {
    return each()
        .flatMap(fit -> fit.optimizer().state().values().stream())
        .mapToLong(UserFits::bytes)
        .sum();
  }

  long adapterBytes() {
    return each()
        .flatMap(fit -> fit.parameters().values().stream())
        .mapToLong(UserFits::bytes)
        .sum();
  }

  private Stream<InlineFit> each() {
    return IntStream.range(0, users).mapToObj(fits::newest);
  }

  @Override
  public void close() {
    fits.close();
  }

  private static long bytes(NDArray array) {
    return array.size() * array.getDataType().getNumOfBytes();
  }
}
