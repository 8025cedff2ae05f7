package io.github.cola4j.offload;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.Site;
import io.github.cola4j.gl.SiteInputs;
import java.util.List;
import java.util.Map;

/**
 * The fits of all users' adapters, and where they happen. The sites hold the adapters that the
 * server pass evaluates or merges, the <em>served</em> ones; the <em>newest</em> are those after
 * all fits that were asked for. Users go by their numbers, from 0.
 *
 * <p>All calls come from the server's thread. Whichever way it is, what comes out depends on the
 * calls alone, never on how fast who was.
 *
 * @see InlineFits
 * @see PooledFits
 */
public sealed interface Fits extends AutoCloseable permits InlineFits, PooledFits {

  /** Makes the fit of one user. */
  @FunctionalInterface
  interface Maker {
    /**
     * @param manager whose device it happens on
     * @param sites that hold the user's adapters there
     */
    InlineFit make(NDManager manager, List<Site> sites, int user);
  }

  /**
   * What handing over cost since it was last asked for.
   *
   * @param movedBytes of adaptation data that was handed over to other threads or devices, as it
   *     travelled; what two sites share is counted for each
   * @param queuedBytes the most that waited to be fitted at one time
   * @param error the largest relative error ‖sent − x‖ / ‖x‖ of an array that was rounded for the
   *     way
   * @param fitNanos computing time of the fits; where there are several workers, the busiest one's
   */
  record Traffic(long movedBytes, long queuedBytes, double error, long fitNanos) {}

  /** What the server pass shall do with its sites' inputs. */
  SiteInputs inputs();

  /**
   * Hands over one site's share of a batch. May wait until there is room for it.
   *
   * @param data its hidden gradient is that of the batch's mean loss; belongs to the current scope
   * @param batchItems the loss items that the batch's loss is the mean of
   */
  void gather(AdaptationData data, long batchItems);

  /** Says that all sites of a batch have been gathered (see {@link InlineFit#endBatch}). */
  void endBatch(int user, long batchItems);

  /** Whether something of a user's was gathered since the last fit. */
  boolean due(int user);

  /** How many fits of a user's were asked for. */
  long fits(int user);

  /**
   * Asks for one fit of each user who is {@linkplain #due}, to what was gathered since the last.
   *
   * @param rates their learning rates, by their numbers
   */
  void fit(Map<Integer, Double> rates);

  /**
   * Brings the served adapters up to what the next server pass shall see: the newest, or with
   * staleness those of one fit earlier. To be called once after each {@link #fit}.
   */
  void update();

  /**
   * Waits for all fits, and serves the newest adapters.
   *
   * @return whether that changed the served ones
   */
  boolean catchUp();

  /** Whether the served adapters may be older than the newest. */
  boolean behind();

  /** The parameters that are served, as {@code <site>.<name>}. */
  Map<String, NDArray> served(int user);

  /**
   * Waits for all fits of a user, and gives what they came to: newest parameters, and the state of
   * the optimizer. It may be read and written until the next call of another method.
   */
  InlineFit newest(int user);

  /**
   * Says that the {@link #newest} were written to: the served adapters become the same.
   *
   * @param stale users' parameters, as {@link #served} gave them while they were {@link #behind}:
   *     those are served until the next {@link #update}; else empty
   */
  void restored(Map<Integer, Map<String, NDArray>> stale);

  /** See {@link Traffic}. */
  Traffic traffic();

  /** Ends all fitting, done or not; the adapters at the sites stay. */
  @Override
  void close();
}
