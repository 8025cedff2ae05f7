package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/**
 * A table of embeddings in use.
 *
 * @param entries [entries, width]
 * @param module the same as a module that may be a site
 */
record Table(NDArray entries, Embedding module) {}
