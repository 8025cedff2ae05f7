package io.github.cola4j.kernel.live;

import java.util.List;

/** HTML as front ends of notebooks take it: no scripts, styles in the elements themselves. */
public final class Html {
  private final StringBuilder text = new StringBuilder();

  /** A text as HTML. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Adds an element that holds text. */
  public Html element(String name, String style, String content) {
    return open(name, style).raw(escaped(content)).close(name);
  }

  /** Adds the beginning of an element. */
  public Html open(String name, String style) {
    text.append('<').append(name);
    if (!style.isEmpty()) {
      text.append(" style=\"").append(style).append('"');
    }
    text.append('>');
    return this;
  }

  /** Adds the end of an element. */
  public Html close(String name) {
    text.append("</").append(name).append('>');
    return this;
  }

  /** Adds HTML. */
  public Html raw(String html) {
    text.append(html);
    return this;
  }

  /** Adds a table, the first row of which is the head. */
  public Html table(List<List<String>> rows) {
    open("table", "border-collapse:collapse;margin:.4em 0");
    for (int row = 0; row < rows.size(); row++) {
      open("tr", "");
      for (int column = 0; column < rows.get(row).size(); column++) {
        String align = column == 0 ? "left" : "right";
        element(
            row == 0 ? "th" : "td",
            "text-align:" + align + ";padding:.2em .9em;font-variant-numeric:tabular-nums",
            rows.get(row).get(column));
      }
      close("tr");
    }
    return close("table");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
