package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What becomes of a site's input x as soon as the site has read it, in the forward pass: it is what
 * adapters will be fitted with, perhaps on another device, or after the batch is gone.
 */
@FunctionalInterface
public interface SiteInputs {
  /** Nothing: fits that end with the batch read x where it is. */
  SiteInputs STAY = (sites, x, given) -> x;

  /**
   * Takes in what some sites read, all of the batch's rows.
   *
   * @param sites that read it
   * @param x [n, in]
   * @param given whether it may be the batch's own, whose memory the next batch uses again
   * @return the same values, x itself or a copy that belongs to the current scope: what the sites'
   *     adaptation data will hold
   */
  NDArray leave(List<Site> sites, NDArray x, boolean given);
}
