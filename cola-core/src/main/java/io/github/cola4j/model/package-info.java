/**
 * Frozen base models, one readable file per architecture, with its map of Hugging Face names. They
 * work on packed tokens and ask a {@link io.github.cola4j.model.ForwardPass} to evaluate their
 * linear modules, so that whoever adapts a model need not change it. Depends on tensor and
 * checkpoint.
 */
package io.github.cola4j.model;
