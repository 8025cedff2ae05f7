package io.github.cola4j.offload;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.DataProduct;
import io.github.cola4j.gl.Site;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Owned;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/**
 * One user's fit in a pool: the adapters that are served, on the server's device, and copies of
 * them that a worker fits. All methods are the server's; what they order is the worker's.
 */
final class PooledFit implements AutoCloseable {
  private final NDManager server;
  private final FitWorker worker;
  private final Map<String, NDArray> served = new LinkedHashMap<>();
  private final Map<String, Site> copies = new LinkedHashMap<>(); // sites by name
  private final InlineFit fit; // the worker's, except when that has nothing to do
  private final Map<String, DataProduct> products = new LinkedHashMap<>(); // by site
  private boolean due;
  private long items;
  private long fits;

  /**
   * @param server owner of what is served later, and of products
   * @param manager whose device the copies live on
   * @param sites the server's
   */
  PooledFit(
      NDManager server,
      NDManager manager,
      List<Site> sites,
      int user,
      Fits.Maker maker,
      FitWorker worker) {
    this.server = server;
    this.worker = worker;
    for (Site site : sites) {
      site.adapter(user)
          .ifPresent(
              adapter -> {
                Adapter copy = adapter.copy(manager);
                copies.put(site.name(), new Site(site.module(), new TreeMap<>(Map.of(user, copy))));
                adapter.parameters().forEach((name, w) -> served.put(site.name() + "." + name, w));
              });
    }
    this.fit = maker.make(manager, List.copyOf(copies.values()), user);
  }

  /** Has the worker gather something, after all that was ordered before. */
  void gather(String site, Gathering gathering) {
    due = true;
    Site copy = copies.get(site);
    worker.order(
        () -> {
          gathering.into(fit, copy);
          return null;
        });
  }

  /** What the worker does with a site that holds the copy. */
  @FunctionalInterface
  interface Gathering {
    void into(InlineFit fit, Site copy);
  }

  /** Adds to the products that are handed over later; takes over the arrays. */
  void add(String site, DataProduct data, long batchItems) {
    due = true;
    data.product().muli(batchItems);
    data.sum().muli(batchItems);
    DataProduct before = products.get(site);
    if (before == null) {
      Owned.by(server, m -> data.product());
      Owned.by(server, m -> data.sum());
      products.put(site, data);
    } else {
      before.product().addi(data.product());
      before.sum().addi(data.sum());
    }
  }

  /** The products so far, by site; they are to be handed over now, and closed. */
  Map<String, DataProduct> takeProducts() {
    Map<String, DataProduct> all = new LinkedHashMap<>(products);
    products.clear();
    return all;
  }

  /** Whether products of a site were added, and not handed over yet. */
  boolean adds(String site) {
    return products.containsKey(site);
  }

  void endBatch(long batchItems) {
    items += batchItems;
  }

  boolean due() {
    return due;
  }

  long fits() {
    return fits;
  }

  /** Orders a fit; what it comes to will belong to the server. */
  Ordered fit(double learningRate) {
    long all = items;
    Callable<Map<String, NDArray>> fitting =
        () -> {
          fit.endBatch(all);
          fit.fit(learningRate);
          return newestForServer();
        };
    due = false;
    items = 0;
    fits++;
    return new Ordered(this, worker.order(fitting));
  }

  /** Ends an interval in which nothing was gathered. */
  void skip() {
    items = 0;
  }

  /** Parameters that a fit will come to. */
  record Ordered(PooledFit of, Future<Map<String, NDArray>> parameters) {
    /** Waits for them, and serves them. */
    void serve() {
      Map<String, NDArray> newest = of.worker.result(parameters);
      newest.forEach((name, values) -> Assign.values(of.served.get(name), values));
      newest.values().forEach(NDArray::close);
    }
  }

  /** The newest parameters, to be served later. */
  Ordered later() {
    return new Ordered(this, worker.order(this::newestForServer));
  }

  private Map<String, NDArray> newestForServer() {
    Map<String, NDArray> newest = new LinkedHashMap<>();
    fit.parameters().forEach((name, w) -> newest.put(name, Owned.copy(server, w)));
    return newest;
  }

  /** What is fitted, when the worker has nothing left to do. */
  InlineFit idle() {
    worker.result(worker.order(() -> null));
    return fit;
  }

  /** Says that the worker's fit was written to. */
  void restored() {
    fits = idle().fits();
    later().serve();
  }

  Map<String, NDArray> served() {
    return served;
  }

  /** To be called when the worker has ended. */
  @Override
  public void close() {
    fit.close();
  }
}
