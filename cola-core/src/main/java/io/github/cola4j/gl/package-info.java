/**
 * Gradient learning: the server pass, which computes hidden gradients and nothing else of the
 * backward pass, and the adaptation data that it leaves for the adapters' fit. Depends on model and
 * adapter.
 */
package io.github.cola4j.gl;
