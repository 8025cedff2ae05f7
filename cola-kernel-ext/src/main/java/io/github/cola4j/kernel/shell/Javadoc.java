package io.github.cola4j.kernel.shell;

/** Comments of Javadoc as text. */
final class Javadoc {
  private Javadoc() {}

  /** Without HTML and inline tags. */
  static String plain(String comment) {
    if (comment == null) {
      return "";
    }
    return comment
        .replaceAll("(?s)<!--.*?-->", "")
        .replaceAll(
            "(?i)\\s*<(p|/p|ul|/ul|ol|/ol|dl|/dl|pre|/pre|blockquote|/blockquote)\\b[^>]*>\\s*",
            "\n\n")
        .replaceAll("(?i)\\s*<(li|br|dt|dd|tr)\\b[^>]*>\\s*", "\n  ")
        .replaceAll("</?[a-zA-Z][^>]*>", "")
        .replaceAll("\\{@(?:code|literal|link|linkplain|value|systemProperty)\\s+([^{}]*)}", "$1")
        .replaceAll("\\{@(?:inheritDoc|docRoot)}", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .replaceAll("\n{3,}", "\n\n")
        .strip();
  }

  /** Text for HTML. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
