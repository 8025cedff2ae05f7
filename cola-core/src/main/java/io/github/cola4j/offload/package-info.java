/**
 * Where adapters are fitted: for now inline, on the device of the server pass. Depends on gl,
 * adapter and optim.
 */
package io.github.cola4j.offload;
