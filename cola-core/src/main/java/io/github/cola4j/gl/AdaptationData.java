package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;

/**
 * What one server pass leaves for one site: D = (x, ∇ĥ), detached from any graph, real tokens only.
 * Belongs to the scope of the step.
 *
 * @param x the site's input [n, in]
 * @param hiddenGradient ∇ĥ [n, out], of the batch's mean loss
 */
public record AdaptationData(Site site, NDArray x, NDArray hiddenGradient) {}
