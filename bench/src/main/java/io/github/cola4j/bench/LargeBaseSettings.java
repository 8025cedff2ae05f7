package io.github.cola4j.bench;

/**
 * What is asked of a large base.
 *
 * @param work what is done with it
 * @param base its folder
 * @param threads of one operation
 */
record LargeBaseSettings(Work work, String base, int threads) {
  /** What can be done with it. */
  enum Work {
    /** Read the weights and measure the loss of some random tokens. */
    FORWARD,
    /** Go on with a prompt through a predictor. */
    GENERATE
  }
}
