package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/** A frozen encoder-decoder language model. */
public interface SequenceToSequenceModel extends GenerativeModel {

  /**
   * What the vocabulary's head reads.
   *
   * @param source the tokens that the encoder reads
   * @param target the tokens that the decoder reads, the start token first; as many rows
   * @param wanted the packed tokens of the target that are asked for, each by its place [n]
   * @return hidden states of the decoder's top [n, hidden]
   * @throws ModelException if a row has more tokens than the model has positions
   */
  NDArray hidden(ForwardPass pass, Tokens source, Tokens target, int[] wanted);

  /** What the decoder reads first; transformers' {@code decoder_start_token_id}. */
  int startToken();
}
