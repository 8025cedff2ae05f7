package io.github.cola4j.offload;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.DataProduct;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.Site;
import io.github.cola4j.gl.SiteInputs;
import io.github.cola4j.model.Embedding;
import io.github.cola4j.spec.OffloadSpec;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Fits on threads of their own, on the server's device or another one. Users are dealt to the
 * workers in turn, and a worker does what it is told in order, so the timing changes nothing:
 *
 * <ul>
 *   <li>With {@code staleness: 0} server pass t waits for fit t − 1. Gradients are taken beside the
 *       backward pass; with rows as they are (float32), every adapter has the same bytes as inline
 *       with the same number of threads.
 *   <li>With {@code staleness: 1} server pass t runs beside fit t − 1, with the adapters after fit
 *       t − 2, exactly those, though newer ones may be there. Fit t takes the gradients of its data
 *       at its own newest parameters, those after fit t − 1: the hidden gradients are one fit old,
 *       the Jacobian of the adapter is not. After a {@link #catchUp} the next pass has the newest
 *       adapters, like the first.
 * </ul>
 *
 * <p>Memory: what waits is counted as if nothing were shared. Two sites that read one input share
 * its memory on one device, so less than that is in use; a fit of several steps and what the
 * optimizer remembers are not counted.
 */
public final class PooledFits implements Fits {
  private static final long MEGABYTE = 1L << 20;

  private final OffloadSpec asked;
  private final int interval;
  private final NDManager server;
  private final NDManager manager;
  private final Backlog backlog;
  private final Courier courier;
  private final List<FitWorker> workers = new ArrayList<>();
  private final List<PooledFit> fits = new ArrayList<>(); // by user
  private final Deque<List<PooledFit.Ordered>> unserved =
      new ArrayDeque<>(); // by step, oldest first

  /**
   * @param server whose device the sites live on
   * @param device where adapters are fitted
   * @param asked how
   * @param threads of one tensor operation of a worker
   * @param interval the batches of one fit
   * @param users how many
   */
  public PooledFits(
      NDManager server,
      Device device,
      OffloadSpec asked,
      int threads,
      int interval,
      List<Site> sites,
      int users,
      Maker maker) {
    this.asked = asked;
    this.interval = interval;
    this.server = server.newSubManager();
    this.manager = Torch.newManager(device);
    this.backlog = new Backlog(asked.queueMb() * MEGABYTE);
    this.courier = new Courier(this.server, manager, asked.type());
    try {
      for (int i = 0; i < Math.min(asked.workers(), users); i++) {
        workers.add(new FitWorker(i, threads, manager, backlog));
      }
      for (int user = 0; user < users; user++) {
        FitWorker worker = workers.get(user % workers.size());
        fits.add(new PooledFit(this.server, manager, sites, user, maker, worker));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Inputs that go to another device as they are leave at once; others only if they must. */
  @Override
  public SiteInputs inputs() {
    return (sites, x, given) -> {
      if (courier.leaves()) {
        return asked.send() == OffloadSpec.Send.ROWS
                && asked.type() == OffloadSpec.RowType.FLOAT32
                && sites.stream().allMatch(PooledFits::readsAll)
            ? courier.ahead(x)
            : x;
      }
      return given ? x.duplicate() : x;
    };
  }

  /** Whether the adapters of a site read its input as it is. */
  private static boolean readsAll(Site site) {
    return site.adapters().values().stream().allMatch(adapter -> adapter.dropout() == 0);
  }

  @Override
  public void gather(AdaptationData data, long batchItems) {
    backlog.check();
    Adapter adapter = data.adapter();
    if (adapter.parameters().isEmpty()) {
      return;
    }
    PooledFit fit = fits.get(data.user());
    if (!sendsProduct(fit, data, adapter)) {
      sendRows(fit, data, batchItems);
      return;
    }
    fit.add(data.site().name(), DataProduct.of(data.x(), data.hiddenGradient()), batchItems);
    if (interval == 1) {
      sendProducts(fit);
    }
  }

  private boolean sendsProduct(PooledFit fit, AdaptationData data, Adapter adapter) {
    if (asked.send() == OffloadSpec.Send.ROWS || !adapter.learnsFromProduct()) {
      return false;
    }
    if (asked.send() == OffloadSpec.Send.PRODUCTS || fit.adds(data.site().name())) {
      return true;
    }
    long in = data.x().getShape().get(1);
    long out = data.hiddenGradient().getShape().get(1);
    long rows = data.x().getShape().get(0) * interval; // as if all batches of a fit had as many
    int valueBytes = asked.type() == OffloadSpec.RowType.FLOAT32 ? Float.BYTES : roundedBytes();
    return Float.BYTES * out * (in + 1) < valueBytes * rows * (in + out);
  }

  private int roundedBytes() {
    return asked.type() == OffloadSpec.RowType.BFLOAT16 ? Short.BYTES : Byte.BYTES;
  }

  private void sendRows(PooledFit fit, AdaptationData data, long batchItems) {
    Parcel x = input(data);
    Parcel hiddenGradient = courier.rows(data.hiddenGradient());
    long bytes = x.bytes() + hiddenGradient.bytes();
    backlog.enter(bytes);
    fit.gather(
        data.site().name(),
        (inline, site) -> {
          courier.settle();
          NDArray like = site.adapters().get(data.user()).parameters().values().iterator().next();
          inline.gather(
              new AdaptationData(site, data.user(), x.open(like), hiddenGradient.open(like)),
              batchItems);
          x.close();
          hiddenGradient.close();
          backlog.leave(bytes);
        });
  }

  private Parcel input(AdaptationData data) {
    if (courier.leaves() && courier.hasArrived(data.x())) {
      return courier.arrived(data.x()); // in the forward pass
    }
    return data.site().module() instanceof Embedding
        ? courier.whole(data.x()) // ids
        : courier.rows(data.x());
  }

  private void sendProducts(PooledFit fit) {
    fit.takeProducts()
        .forEach(
            (name, data) -> {
              Parcel product = courier.whole(data.product());
              Parcel sum = courier.whole(data.sum());
              data.product().close();
              data.sum().close();
              long bytes = product.bytes() + sum.bytes();
              backlog.enter(bytes);
              fit.gather(
                  name,
                  (inline, site) -> {
                    courier.settle();
                    inline.gather(
                        site, site.adapter(), new DataProduct(product.values(), sum.values()));
                    product.close();
                    sum.close();
                    backlog.leave(bytes);
                  });
            });
  }

  @Override
  public void endBatch(int user, long batchItems) {
    fits.get(user).endBatch(batchItems);
  }

  @Override
  public boolean due(int user) {
    return fits.get(user).due();
  }

  @Override
  public long fits(int user) {
    return fits.get(user).fits();
  }

  @Override
  public void fit(Map<Integer, Double> rates) {
    List<PooledFit.Ordered> step = new ArrayList<>();
    for (int user = 0; user < fits.size(); user++) {
      PooledFit fit = fits.get(user);
      if (rates.containsKey(user)) {
        sendProducts(fit);
        step.add(fit.fit(rates.get(user)));
      } else {
        fit.skip();
      }
    }
    unserved.add(step);
  }

  @Override
  public void update() {
    serveAllBut(asked.staleness());
  }

  @Override
  public boolean catchUp() {
    boolean behind = behind();
    serveAllBut(0);
    return behind;
  }

  private void serveAllBut(int steps) {
    while (unserved.size() > steps) {
      unserved.remove().forEach(PooledFit.Ordered::serve);
    }
    backlog.check();
  }

  @Override
  public boolean behind() {
    return !unserved.isEmpty();
  }

  @Override
  public Map<String, NDArray> served(int user) {
    return fits.get(user).served();
  }

  @Override
  public InlineFit newest(int user) {
    return fits.get(user).idle();
  }

  @Override
  public void restored(Map<Integer, Map<String, NDArray>> stale) {
    catchUp();
    fits.forEach(PooledFit::restored);
    if (!stale.isEmpty()) {
      unserved.add(fits.stream().map(PooledFit::later).toList());
      stale.forEach(
          (user, parameters) ->
              parameters.forEach((name, values) -> Assign.values(served(user).get(name), values)));
    }
  }

  @Override
  public Traffic traffic() {
    LongStream nanos = workers.stream().mapToLong(FitWorker::takeNanos);
    return new Traffic(
        courier.takeBytes(), backlog.takePeak(), courier.takeError(), nanos.max().orElse(0));
  }

  @Override
  public void close() {
    backlog.end();
    workers.forEach(FitWorker::close); // before what they compute with is freed
    fits.forEach(PooledFit::close);
    courier.close();
    server.close();
    manager.close();
  }
}
