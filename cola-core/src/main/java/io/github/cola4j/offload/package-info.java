/**
 * Where adapters are fitted. {@link io.github.cola4j.offload.InlineFit} computes the fit of one
 * user; {@link io.github.cola4j.offload.Fits} are those of all, on the server pass's own thread or
 * in a pool beside it, and how adaptation data gets there. Depends on gl, adapter and optim.
 */
package io.github.cola4j.offload;
