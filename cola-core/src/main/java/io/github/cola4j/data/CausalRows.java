package io.github.cola4j.data;

import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.SplitSpec;
import java.nio.file.Path;
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
    Path file = split.path();
    ColumnsSpec columns = split.columns();
    if (columns instanceof ColumnsSpec.PlainText text) {
      OptionalInt limit =
          split.limit().isPresent() ? OptionalInt.of(split.limit().get()) : OptionalInt.empty();
      return text.text().isEmpty()
          ? PlainTexts.ofFile(file, codec, eos, maxLength, limit)
          : PlainTexts.ofTable(TableReader.read(split), text.text().get(), codec, eos, maxLength);
    }
    if (columns instanceof ColumnsSpec.PromptResponse prompts) {
      return Prompts.of(TableReader.read(split), prompts, codec, eos, maxLength);
    }
    if (columns instanceof ColumnsSpec.Chat chat) {
      String template =
          config
              .chatTemplate()
              .orElseThrow(
                  () ->
                      new DataException(
                          file,
                          0,
                          "holds conversations, but the base has no chat template",
                          "Put a chat_template.jinja beside the base's tokenizer.json, or use a base"
                              + " that was made for conversations"));
      return Conversations.of(
          TableReader.read(split),
          chat.messages(),
          new ChatTemplate(template, config),
          codec,
          maxLength);
    }
    throw new IllegalArgumentException("no rows of a causal model: " + columns);
  }
}
