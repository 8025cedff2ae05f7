/**
 * Optimizers whose state can be saved, learning-rate schedules and clipping, equal to PyTorch's and
 * transformers'. Depends on tensor.
 */
package io.github.cola4j.optim;
