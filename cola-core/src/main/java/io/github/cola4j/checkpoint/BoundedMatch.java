package io.github.cola4j.checkpoint;

import java.util.regex.Pattern;

/**
 * Matching an expression that came with somebody's file. Some expressions try exponentially many
 * ways, or nest as deep as the text is long: those are given up.
 */
final class BoundedMatch {
  /** Characters looked at; a name of a module needs some hundreds. */
  private static final int MOST = 1_000_000;

  private BoundedMatch() {}

  /**
   * Whether the whole text matches.
   *
   * @throws IllegalArgumentException if that takes too long to tell, or the expression is none
   */
  static boolean matches(String regex, String text) {
    try {
      return Pattern.compile(regex).matcher(new Counted(text, new int[1])).matches();
    } catch (GivenUp | StackOverflowError e) {
      throw new IllegalArgumentException(
          "the expression '%s' takes too long to match".formatted(regex), e);
    }
  }

  private static final class GivenUp extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A text that is read so many times and no more. */
  private record Counted(CharSequence text, int[] reads) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (++reads[0] > MOST) {
        throw new GivenUp();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), reads);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
