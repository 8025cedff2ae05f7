package io.github.cola4j.offload;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.Site;
import io.github.cola4j.gl.SiteInputs;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Fits on the server pass's thread and device: the adapters at the sites are fitted themselves, so
 * that the served are always the newest.
 */
public final class InlineFits implements Fits {
  private final List<InlineFit> fits; // by user
  private long nanos;

  /**
   * @param manager whose device the sites live on
   * @param users how many
   */
  public InlineFits(NDManager manager, List<Site> sites, int users, Maker maker) {
    fits = IntStream.range(0, users).mapToObj(user -> maker.make(manager, sites, user)).toList();
  }

  @Override
  public SiteInputs inputs() {
    return SiteInputs.STAY;
  }

  @Override
  public void gather(AdaptationData data, long batchItems) {
    long start = System.nanoTime();
    fits.get(data.user()).gather(data, batchItems);
    nanos += System.nanoTime() - start;
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
    long start = System.nanoTime();
    for (int user = 0; user < fits.size(); user++) {
      if (rates.containsKey(user)) {
        fits.get(user).fit(rates.get(user));
      } else {
        fits.get(user).skip();
      }
    }
    nanos += System.nanoTime() - start;
  }

  @Override
  public void update() {
    // nothing is ever behind
  }

  @Override
  public boolean catchUp() {
    return false;
  }

  @Override
  public boolean behind() {
    return false;
  }

  @Override
  public Map<String, NDArray> served(int user) {
    return fits.get(user).parameters();
  }

  @Override
  public InlineFit newest(int user) {
    return fits.get(user);
  }

  @Override
  public void restored(Map<Integer, Map<String, NDArray>> stale) {
    if (!stale.isEmpty()) {
      throw new IllegalArgumentException("adapters that are fitted inline are never stale");
    }
  }

  @Override
  public Traffic traffic() {
    long spent = nanos;
    nanos = 0;
    return new Traffic(0, 0, 0, spent);
  }

  @Override
  public void close() {
    fits.forEach(InlineFit::close);
  }
}
