package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.adapter.Adapter;

/**
 * What one server pass leaves for one adapter: D = (x, ∇ĥ), detached from any graph, real tokens
 * only, and of the user's own rows alone. The arrays belong to the scope of the step; nobody
 * changes their memory, and it outlives the step where somebody else holds it (see {@link
 * SiteInputs}).
 *
 * @param user the number of the user whose rows they are; 0 where there are no users
 * @param x what the adapter read, values dropped for it included [n, in]
 * @param hiddenGradient ∇ĥ [n, out], of the batch's mean loss
 */
public record AdaptationData(Site site, int user, NDArray x, NDArray hiddenGradient) {
  /** The adapter that learns from it. */
  public Adapter adapter() {
    return site.adapters().get(user);
  }
}
