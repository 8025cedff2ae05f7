package io.github.cola4j.report;

/** Text without what files of text cannot hold. */
final class LegalText {
  private static final int REPLACEMENT = 0xFFFD;

  private LegalText() {}

  /** The characters that XML 1.0 allows; each other one is the replacement character. */
  static String of(String text) {
    return text.codePoints()
        .map(c -> isLegal(c) ? c : REPLACEMENT)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** The same on one line: runs of blanks and line ends are a blank. */
  static String line(String text) {
    return of(text).replaceAll("[\\s\\u0085\\u2028\\u2029]+", " ").strip();
  }

  private static boolean isLegal(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= 0x20 && c < 0x7F
        || c >= 0xA0 && c <= 0xD7FF
        || c == 0x85
        || c >= 0xE000 && c <= 0xFFFD
        || c >= 0x10000;
  }
}
