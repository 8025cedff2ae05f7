package io.github.cola4j.data;

import java.util.List;

/** Pairs of a text that an encoder reads and one that a decoder writes. */
public final class SourcesAndTargets {
  private static final int AT_ONCE = 1024;

  private SourcesAndTargets() {}

  /**
   * A source's tokens as the encoder sees them: with the tokenizer's special ones, at most {@code
   * maxLength}; transformers' {@code tokenizer(source, truncation=True, max_length=maxLength)}.
   */
  public static int[] encode(String source, TextCodec codec, int maxLength) {
    return codec.surrounded(codec.encode(source), maxLength);
  }

  /**
   * A row for each pair; its labels are the target's tokens, encoded as the source's are.
   *
   * @throws DataException where a text gives no token at all (a tokenizer without special tokens)
   */
  public static Dataset of(
      Table table,
      String source,
      String target,
      TextCodec codec,
      int maxLength,
      int maxTargetLength) {
    List<String> sources = table.column(source);
    List<String> targets = table.column(target);
    DatasetBuilder rows = new DatasetBuilder(sources.size());
    for (int from = 0; from < sources.size(); from += AT_ONCE) {
      int to = Math.min(sources.size(), from + AT_ONCE);
      List<int[]> read = codec.encode(sources.subList(from, to));
      List<int[]> written = codec.encode(targets.subList(from, to));
      for (int i = from; i < to; i++) {
        int[] ids = codec.surrounded(read.get(i - from), maxLength);
        int[] labels = codec.surrounded(written.get(i - from), maxTargetLength);
        if (ids.length == 0 || labels.length == 0) {
          throw table.problem(
              i,
              "the " + (ids.length == 0 ? "source" : "target") + " is empty",
              "Give it text or take the row out");
        }
        rows.add(new Encoded(ids, new int[ids.length]), labels, 0);
      }
    }
    return rows.build();
  }
}
