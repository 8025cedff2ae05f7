package io.github.cola4j.bench;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The fits of several users' adapters, each with an optimizer of its own.
 *
 * @param each by the user's number
 */
record UserFits(List<InlineFit> each) implements AutoCloseable {
  static UserFits of(AdaptedModel model, int users, Rule rule) {
    return new UserFits(
        IntStream.range(0, users)
            .mapToObj(
                user ->
                    new InlineFit(
                        model.manager(), model.sites(), user, new Optimizer(model.manager(), rule)))
            .toList());
  }

  long optimizerBytes() {
    return each.stream()
        .flatMap(fit -> fit.optimizer().state().values().stream())
        .mapToLong(UserFits::bytes)
        .sum();
  }

  long adapterBytes() {
    return each.stream()
        .flatMap(fit -> fit.parameters().values().stream())
        .mapToLong(UserFits::bytes)
        .sum();
  }

  @Override
  public void close() {
    each.forEach(InlineFit::close);
  }

  private static long bytes(NDArray array) {
    return array.size() * array.getDataType().getNumOfBytes();
  }
}
