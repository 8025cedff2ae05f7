package io.github.cola4j.data;

import io.github.cola4j.spec.ColumnsSpec.PromptResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Prompts with responses for a causal model, which learns the responses and that they end: the
 * tokens of both, encoded each for itself as when a response is asked for, and the token that ends
 * a text.
 */
public final class Prompts {
  private static final int AT_ONCE = 1024;

  private Prompts() {}

  /** A prompt's tokens as the model sees them when it is to respond. */
  public static int[] encode(String prompt, TextCodec codec) {
    return TextCodec.joined(codec.prefix(), codec.encode(prompt));
  }

  /**
   * A row for each prompt with its response; what is beyond {@code maxLength} tokens is cut off.
   *
   * @param eos the token that ends a text; empty for none
   * @throws DataException where nothing to learn is left of a row
   */
  public static Dataset of(
      Table table, PromptResponse columns, TextCodec codec, OptionalInt eos, int maxLength) {
    List<String> prompts = prompts(table, columns);
    List<String> responses = table.column(columns.response());
    int[] end = eos.isPresent() ? new int[] {eos.getAsInt()} : new int[0];
    int[] prefix = codec.prefix();
    DatasetBuilder rows = new DatasetBuilder(prompts.size());
    for (int from = 0; from < prompts.size(); from += AT_ONCE) {
      int to = Math.min(prompts.size(), from + AT_ONCE);
      List<int[]> asked = codec.encode(prompts.subList(from, to));
      List<int[]> answered = codec.encode(responses.subList(from, to));
      for (int i = from; i < to; i++) {
        int[] ids = TextCodec.joined(prefix, asked.get(i - from), answered.get(i - from), end);
        int masked = prefix.length + asked.get(i - from).length;
        boolean[] learned = new boolean[ids.length];
        Arrays.fill(learned, masked, ids.length, true);
        add(rows, table, i, ids, learned, maxLength);
      }
    }
    return rows.build();
  }

  private static List<String> prompts(Table table, PromptResponse columns) {
    List<String> prompts = new ArrayList<>();
    for (Row row : table.rows()) {
      prompts.add(columns.fill(name -> row.values().get(table.index(name))));
    }
    return prompts;
  }

  /**
   * Adds a row of which some tokens are learned; the first token never is, since nothing stands
   * before it.
   */
  static void add(
      DatasetBuilder rows, Table table, int row, int[] ids, boolean[] learned, int maxLength) {
    int length = Math.min(ids.length, maxLength);
    int[] labels = new int[length];
    boolean any = false;
    for (int t = 0; t < length; t++) {
      labels[t] = learned[t] ? ids[t] : Example.NO_LABEL;
      any |= learned[t] && t > 0;
    }
    if (!any) {
      throw ids.length > maxLength
          ? table.problem(
              row,
              "the prompt alone has max_length ("
                  + maxLength
                  + ") tokens or more, so nothing of"
                  + " the response is left to learn",
              "Set a larger max_length, shorten the prompt or leave the row out")
          : table.problem(row, "there is nothing to learn", "Give it a response or leave it out");
    }
    rows.add(new Encoded(Arrays.copyOf(ids, length), new int[length]), labels, 0);
  }
}
