package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** A frozen model that gives each row of a batch one logit per class. Closing frees its weights. */
public interface SequenceClassifier extends AutoCloseable {

  /**
   * @return logits [rows, classes], in the order of the packing's rows
   * @throws ModelException if a row has more tokens than the model has positions
   */
  NDArray logits(ForwardPass pass, Tokens tokens);

  /**
   * Every linear module that reads an input of its own or shares it with others, from the lowest to
   * the highest; the head included.
   */
  List<LinearGroup> groups();

  /**
   * The linear modules of the head: they are trained in full, never matched by targets, and saved
   * with the adapter.
   */
  List<Linear> head();

  /** The modules that hold {@link #head}, as PEFT's {@code modules_to_save} names them. */
  List<String> headModules();

  /** PEFT's default targets for this architecture. */
  List<String> defaultTargets();

  /** The most tokens that a row may have. */
  int maxTokens();

  @Override
  void close();
}
