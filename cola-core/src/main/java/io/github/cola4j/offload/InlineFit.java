package io.github.cola4j.offload;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.DataProduct;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.Site;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fits one user's adapters, on the thread that calls it (ColA, algorithm 1, the device's side,
 * without the way between).
 *
 * <p>The gradients of an adaptation interval's batches are summed at fixed adapters and divided by
 * the loss items of the whole interval, so that I batches do what one batch I times larger does.
 * (The paper's code sums over the interval, which gives a gradient I times larger.)
 *
 * <p>A fit of several steps keeps the adaptation data instead, and goes on at the changed adapters:
 * the objective ½‖g(x; w) − (g(x; w_t) − α∇ĥ)‖² has the gradient (∂αg/∂w)ᵀ·(∇ĥ + (αg(x; w) − αg(x;
 * w_t)) / α²).
 */
public final class InlineFit implements AutoCloseable {
  private final NDManager manager;
  private final Optimizer optimizer;
  private final Clipping clipping;
  private final int steps;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> names = new LinkedHashMap<>(); // by site
  private final Map<String, NDArray> gathered = new LinkedHashMap<>();
  private final List<Kept> kept = new ArrayList<>();
  private long items;
  private long fits;

  /**
   * Adaptation data that later steps of a fit need.
   *
   * @param before αg(x; w_t)
   * @param weight what the hidden gradient is multiplied with before it is divided by all items
   */
  private record Kept(
      String site, Adapter adapter, NDArray x, NDArray hiddenGradient, NDArray before, long weight)
      implements AutoCloseable {
    @Override
    public void close() {
      x.close();
      hiddenGradient.close();
      before.close();
    }
  }

  /**
   * @param parent whose device the sums live on
   * @param sites whose adapters are fitted
   * @param user the number under which the sites hold them
   * @param optimizer takes the steps; closed with this
   * @param clipping of the gradients
   * @param steps of the optimizer in one fit
   */
  public InlineFit(
      NDManager parent,
      List<Site> sites,
      int user,
      Optimizer optimizer,
      Clipping clipping,
      int steps) {
    this.manager = parent.newSubManager();
    this.optimizer = optimizer;
    this.clipping = clipping;
    this.steps = steps;
    for (Site site : sites) {
      site.adapter(user).ifPresent(adapter -> add(site.name(), adapter));
    }
  }

  /** Fits a user's adapters a step at a time, without clipping. */
  public InlineFit(NDManager parent, List<Site> sites, int user, Optimizer optimizer) {
    this(parent, sites, user, optimizer, Clipping.NONE, 1);
  }

  /** The same in a run without users. */
  public InlineFit(NDManager parent, List<Site> sites, Optimizer optimizer) {
    this(parent, sites, 0, optimizer);
  }

  private void add(String site, Adapter adapter) {
    Map<String, String> own = new LinkedHashMap<>();
    adapter
        .parameters()
        .forEach(
            (name, array) -> {
              own.put(name, site + "." + name);
              parameters.put(site + "." + name, array);
            });
    names.put(site, own);
  }

  /**
   * Adds one site's share of a batch to the interval.
   *
   * @param data its hidden gradient is that of the batch's mean loss
   * @param batchItems the loss items that the batch's loss is the mean of: rows, or labelled tokens
   */
  public void gather(AdaptationData data, long batchItems) {
    Adapter adapter = data.adapter();
    Map<String, String> own = names.get(data.site().name());
    adapter
        .gradients(data.x(), data.hiddenGradient())
        .forEach((name, gradient) -> sum(own.get(name), gradient.muli(batchItems)));
    if (steps > 1) {
      kept.add(
          new Kept(
              data.site().name(),
              adapter,
              Owned.by(manager, m -> data.x().duplicate()),
              Owned.by(manager, m -> data.hiddenGradient().duplicate()),
              Owned.by(manager, m -> adapter.forward(data.x())),
              batchItems));
    }
  }

  /**
   * Adds the product of one site's share of a whole interval, where the site's adapter {@linkplain
   * Adapter#learnsFromProduct learns from it}.
   *
   * @param data each batch's product times its loss items
   */
  void gather(Site site, Adapter adapter, DataProduct data) {
    Map<String, String> own = names.get(site.name());
    adapter.gradients(data).forEach((name, gradient) -> sum(own.get(name), gradient));
  }

  private void sum(String name, NDArray gradient) {
    NDArray sum = gathered.get(name);
    if (sum == null) {
      gathered.put(name, Owned.by(manager, m -> gradient));
    } else {
      sum.addi(gradient);
    }
  }

  /**
   * Says that all sites of a batch have been gathered.
   *
   * @param batchItems the loss items that the fit's gradient is to be a mean of: the batch's, or
   *     the user's own among them
   */
  public void endBatch(long batchItems) {
    items += batchItems;
  }

  /** Whether anything was gathered since the last fit; if not, no step is to be taken. */
  public boolean due() {
    return !gathered.isEmpty();
  }

  /** Ends an interval in which nothing was gathered: no step is taken, nothing decays. */
  public void skip() {
    items = 0;
  }

  /** One fit to what was gathered since the last one. */
  public void fit(double learningRate) {
    for (int step = 0; step < steps; step++) {
      try (Scope scope = Scope.open(manager)) {
        if (step > 0) {
          gatherAgain();
        }
        gathered.values().forEach(gradient -> gradient.divi(items));
        clip();
        optimizer.step(scope.manager(), parameters, gathered, learningRate);
      }
      gathered.values().forEach(NDArray::close);
      gathered.clear();
    }
    kept.forEach(Kept::close);
    kept.clear();
    items = 0;
    fits++;
  }

  /** The gradients of the same adaptation data at the changed adapters. */
  private void gatherAgain() {
    for (Kept data : kept) {
      double scale = data.adapter.scale();
      // Of the mean over all items: the objective's first term does not depend on the items.
      NDArray moved =
          data.adapter
              .forward(data.x)
              .sub(data.before)
              .mul((double) items / data.weight / (scale * scale));
      NDArray residual = data.hiddenGradient.add(moved);
      data.adapter
          .gradients(data.x, residual)
          .forEach(
              (name, gradient) -> sum(names.get(data.site).get(name), gradient.muli(data.weight)));
    }
  }

  private void clip() {
    if (clipping.scope() == Clipping.Scope.GLOBAL) {
      clipping.clip(gathered.values());
      return;
    }
    for (Map<String, String> own : names.values()) {
      clipping.clip(own.values().stream().map(gathered::get).filter(g -> g != null).toList());
    }
  }

  /** How many fits were made. */
  public long fits() {
    return fits;
  }

  /** Goes on from so many fits. */
  public void restore(long fitsMade) {
    fits = fitsMade;
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
    kept.forEach(Kept::close);
    optimizer.close();
    manager.close();
  }
}
