package io.github.cola4j.generate;

import java.util.List;

/** A model that continues prompts. */
@FunctionalInterface
public interface ContinuationSource {
  /**
   * Reads the prompts.
   *
   * <p>Of an encoder-decoder model the prompts are the encoder's input, and the continuation that
   * comes back has the decoder's start token appended to each row already ({@link
   * SpecialTokens#decoderStartTokenId()}).
   *
   * @param prompts tokens of each row, without padding; rows may differ in length
   * @param maxNewTokens how many tokens will be appended at most
   * @return one row per prompt, in their order; the caller closes it
   */
  Continuation start(List<int[]> prompts, int maxNewTokens);
}
