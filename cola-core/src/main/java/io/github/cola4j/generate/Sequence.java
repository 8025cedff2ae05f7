package io.github.cola4j.generate;

import java.util.Arrays;

/**
 * A row so far.
 *
 * @param tokens the prefix (prompt, or the decoder's start token) and what was generated; not to be
 *     changed
 * @param prefix how many of them are the prefix
 */
record Sequence(int[] tokens, int prefix) {
  static Sequence starting(int[] prefix) {
    return new Sequence(prefix, prefix.length);
  }

  Sequence then(int token) {
    int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
    longer[tokens.length] = token;
    return new Sequence(longer, prefix);
  }

  int length() {
    return tokens.length;
  }

  int last() {
    return tokens[tokens.length - 1];
  }

  int newTokens() {
    return tokens.length - prefix;
  }

  int[] generated() {
    return Arrays.copyOfRange(tokens, prefix, tokens.length);
  }
}
