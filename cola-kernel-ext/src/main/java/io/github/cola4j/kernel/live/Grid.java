package io.github.cola4j.kernel.live;

import io.github.cola4j.kernel.notebook.Shown;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table, in its two forms. */
public final class Grid {
  private Grid() {}

  /** The first row is the head. */
  public static Shown of(List<List<String>> rows) {
    return of(rows, "");
  }

  /**
   * The same with a line below it.
   *
   * @param note empty for none
   */
  public static Shown of(List<List<String>> rows, String note) {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    String text =
        rows.stream()
            .map(
                row ->
                    IntStream.range(0, row.size())
                        .mapToObj(
                            column ->
                                row.get(column)
                                    + " ".repeat(widths[column] - row.get(column).length()))
                        .collect(Collectors.joining("  "))
                        .stripTrailing())
            .collect(Collectors.joining("\n"));
    Html html = new Html().table(rows);
    if (!note.isEmpty()) {
      html.element("div", "opacity:.75", note);
    }
    return new Shown(note.isEmpty() ? text : text + "\n" + note, html.toString());
  }
}
