package io.github.cola4j.data;

import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.SplitSpec;
import java.util.OptionalInt;

/**
 * What a causal model learns from, whatever kind of rows a split has.
 *
 * @param codec the base's tokenizer
 * @param config what the base says of its tokens, with its chat template
 * @param eos the token that ends a text; empty for none. Most bases name it in their tokenizer's
 *     config, others in config.json only
 * @param maxLength the most tokens of a row
 */
public record CausalRows(TextCodec codec, TokenizerConfig config, OptionalInt eos, int maxLength) {

  /**
   * Reads and encodes a split.
   *
   * @throws DataException with file and line: whatever {@link TableReader}, {@link PlainTexts},
   *     {@link Prompts} and {@link Conversations} report; conversations without a chat template
   */
  public Dataset read(SplitSpec split) {
    return hasTable(split) ? of(TableReader.read(split), split.columns()) : ofFile(split);
  }

  /** Whether a split is a table, and no plain text. */
  public static boolean hasTable(SplitSpec split) {
    return !(split.columns() instanceof ColumnsSpec.PlainText text) || text.text().isPresent();
  }

  /** A file of plain text. */
  public Dataset ofFile(SplitSpec split) {
    OptionalInt limit =
        split.limit().isPresent() ? OptionalInt.of(split.limit().get()) : OptionalInt.empty();
    return PlainTexts.ofFile(split.path(), codec, eos, maxLength, limit);
  }

  /**
   * Encodes a table.
   *
   * @throws DataException as {@link #read}
   */
  public Dataset of(Table table, ColumnsSpec columns) {
    if (columns instanceof ColumnsSpec.PlainText text) {
      return PlainTexts.ofTable(table, text.text().orElseThrow(), codec, eos, maxLength);
    }
    if (columns instanceof ColumnsSpec.PromptResponse prompts) {
      return Prompts.of(table, prompts, codec, eos, maxLength);
    }
    if (columns instanceof ColumnsSpec.Chat chat) {
      String template =
          config
              .chatTemplate()
              .orElseThrow(
                  () ->
                      new DataException(
                          table.file(),
                          0,
                          "holds conversations, but the base has no chat template",
                          "Put a chat_template.jinja beside the base's tokenizer.json, or use a base"
                              + " that was made for conversations"));
      return Conversations.of(
          table, chat.messages(), new ChatTemplate(template, config), codec, maxLength);
    }
    throw new IllegalArgumentException("no rows of a causal model: " + columns);
  }
}
