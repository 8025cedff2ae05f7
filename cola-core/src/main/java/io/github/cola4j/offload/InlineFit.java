package io.github.cola4j.offload;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.Site;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Fits all adapters where the server pass runs, on its thread (ColA, algorithm 1, the device's
 * side, without the way between).
 *
 * <p>The gradients of an adaptation interval's batches are summed at fixed adapters and divided by
 * the loss items of the whole interval, so that I batches do what one batch I times larger does.
 * (The paper's code sums over the interval, which gives a gradient I times larger.)
 */
public final class InlineFit implements AutoCloseable {
  private final NDManager manager;
  private final Optimizer optimizer;
  private final OptionalDouble maxNorm;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> gathered = new LinkedHashMap<>();
  private long items;

  /**
   * @param parent whose device the sums live on
   * @param sites whose adapters are fitted
   * @param optimizer takes the steps; closed with this
   * @param maxNorm the norm over all gradients to clip to, if any
   */
  public InlineFit(
      NDManager parent, List<Site> sites, Optimizer optimizer, OptionalDouble maxNorm) {
    this.manager = parent.newSubManager();
    this.optimizer = optimizer;
    this.maxNorm = maxNorm;
    for (Site site : sites) {
      site.adapter()
          .parameters()
          .forEach((name, array) -> parameters.put(site.name() + "." + name, array));
    }
  }

  /**
   * Adds one site's share of a batch to the interval.
   *
   * @param data its hidden gradient is that of the batch's mean loss
   * @param batchItems the loss items of the batch: rows, or labelled tokens
   */
  public void gather(AdaptationData data, int batchItems) {
    data.site()
        .adapter()
        .gradients(data.x(), data.hiddenGradient())
        .forEach(
            (name, gradient) -> add(data.site().name() + "." + name, gradient.muli(batchItems)));
  }

  private void add(String name, NDArray gradient) {
    NDArray sum = gathered.get(name);
    if (sum == null) {
      gathered.put(name, Owned.by(manager, m -> gradient));
    } else {
      sum.addi(gradient);
    }
  }

  /** Says that all sites of a batch have been gathered. */
  public void endBatch(int batchItems) {
    items += batchItems;
  }

  /** One optimizer step on what was gathered since the last one. */
  public void step(double learningRate) {
    try (Scope scope = Scope.open(manager)) {
      gathered.values().forEach(gradient -> gradient.divi(items));
      maxNorm.ifPresent(limit -> Clipping.global(gathered.values(), limit));
      optimizer.step(scope.manager(), parameters, gathered, learningRate);
    }
    gathered.values().forEach(NDArray::close);
    gathered.clear();
    items = 0;
  }

  /** All adapters' parameters, as {@code <site>.<name>}. */
  public Map<String, NDArray> parameters() {
    return parameters;
  }

  /** The optimizer, for its state. */
  public Optimizer optimizer() {
    return optimizer;
  }

  @Override
  public void close() {
    optimizer.close();
    manager.close();
  }
}
