/**
 * The thin layer over DJL's PyTorch engine: who owns an array, how gradients are asked for, and
 * functions written in TorchScript. The only package that touches {@code ai.djl.pytorch.*}; depends
 * on DJL alone.
 */
package io.github.cola4j.tensor;
