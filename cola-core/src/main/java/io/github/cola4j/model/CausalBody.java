package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * A decoder-only model without its head: the file that describes an architecture. Heads are put
 * onto it by {@link CausalLanguageModel} and {@link CausalClassifier}.
 */
interface CausalBody extends AutoCloseable {

  /**
   * Hidden states behind the last norm.
   *
   * @param tokens packed; with a cache that is filled already, one for each row
   * @param cache what the rows hold already, to be added to; null: nothing, and nothing is kept
   * @param wanted the packed tokens that are asked for, each by its place [n]
   * @return [n, hidden]
   */
  NDArray hidden(ForwardPass pass, Tokens tokens, KeyValueCache cache, int[] wanted);

  /** An empty cache for rows that may grow up to {@code capacity} tokens. */
  KeyValueCache newCache(NDManager owner, int capacity);

  /** The table of word embeddings [vocabulary, hidden]. */
  NDArray wordEmbeddings();

  /** The tables of embeddings that may be sites. */
  List<Embedding> embeddings();

  /** Its linear modules, lowest first. */
  List<LinearGroup> groups();

  /** PEFT's default targets. */
  List<String> defaultTargets();

  /** The most tokens of a row. */
  int maxTokens();

  /** Whether the checkpoint holds the linear modules' weights as [in, out]. */
  boolean fanInFanOut();

  /** Frees the weights. */
  @Override
  void close();
}
