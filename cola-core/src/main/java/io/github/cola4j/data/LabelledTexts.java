package io.github.cola4j.data;

import java.util.List;

/** Texts, or pairs of texts, with a class or a number each. */
public final class LabelledTexts {
  /** How many rows are tokenized at once: enough for all cores, little memory beside the result. */
  private static final int AT_ONCE = 1024;

  private LabelledTexts() {}

  /** What a row shall predict. */
  private interface Target {
    void add(DatasetBuilder rows, int row, Encoded tokens);
  }

  /**
   * Rows with a class each.
   *
   * @param text one or two columns
   * @param label the column of the classes; null for none, and then each row has {@link
   *     Example#NO_LABEL}
   * @throws DataException where a label is none of {@code labels}, a text gives no token at all (a
   *     tokenizer without special tokens), or the file cannot be read again
   */
  public static Dataset classes(
      Table table, List<String> text, String label, TextEncoder encoder, Labels labels) {
    int[] classes = new int[table.rows().size()];
    List<String> written = label == null ? null : table.column(label);
    for (int i = 0; i < classes.length; i++) {
      classes[i] = label == null ? Example.NO_LABEL : labels.id(table, i, written.get(i));
    }
    return encode(
        table, text, encoder, (rows, row, tokens) -> rows.add(tokens, new int[] {classes[row]}, 0));
  }

  /**
   * Rows with a number each.
   *
   * @param text one or two columns
   * @param label the column of the numbers; null for none, and then each row has 0
   * @throws DataException where a label is no finite number, a text gives no token at all, or the
   *     file cannot be read again
   */
  public static Dataset scores(Table table, List<String> text, String label, TextEncoder encoder) {
    float[] scores = new float[table.rows().size()];
    if (label != null) {
      List<String> written = table.column(label);
      for (int i = 0; i < scores.length; i++) {
        scores[i] = number(table, i, written.get(i));
      }
    }
    return encode(
        table, text, encoder, (rows, row, tokens) -> rows.add(tokens, new int[0], scores[row]));
  }

  private static float number(Table table, int row, String written) {
    // Float.parseFloat takes 1f, 0x1p3 and NaN as well.
    if (written.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
      float number = Float.parseFloat(written);
      if (Float.isFinite(number)) {
        return number;
      }
    }
    throw table.problem(
        row,
        "the label '" + written + "' is not a number",
        "Write one with a decimal point, such as 2.5, or choose task: sequence-classification for"
            + " names");
  }

  private static Dataset encode(
      Table table, List<String> text, TextEncoder encoder, Target target) {
    List<String> first = table.column(text.get(0));
    List<String> second = text.size() < 2 ? null : table.column(text.get(1));
    DatasetBuilder rows = new DatasetBuilder(first.size());
    for (int from = 0; from < first.size(); from += AT_ONCE) {
      int to = Math.min(first.size(), from + AT_ONCE);
      List<Encoded> encoded =
          encoder.encode(first.subList(from, to), second == null ? null : second.subList(from, to));
      for (int i = from; i < to; i++) {
        Encoded tokens = encoded.get(i - from);
        if (tokens.length() == 0) {
          throw table.problem(i, "the text is empty", "Give it text or take it out");
        }
        target.add(rows, i, tokens);
      }
    }
    return rows.build();
  }
}
