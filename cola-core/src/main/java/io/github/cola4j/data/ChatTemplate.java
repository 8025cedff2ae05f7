package io.github.cola4j.data;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a base writes a conversation as one text: its Jinja template, with what transformers gives
 * one ({@code messages}, {@code add_generation_prompt}, {@code bos_token}, {@code eos_token},
 * {@code raise_exception}). There are no tools and documents, and no {@code strftime_now}: a
 * template that asks whether it is defined falls back on a date of its own, so that a conversation
 * is the same text every day.
 */
public final class ChatTemplate {
  /**
   * Jinja means {@code not (x is defined)}, Jinjava {@code (not x) is defined}; {@code x is not
   * defined} is the same to both.
   */
  private static final Pattern NOT_IS =
      Pattern.compile("\\bnot\\s+([\\w.]+)\\s+is\\s+(?!not\\b)(?=\\w)");

  /** What transformers marks an assistant's words with; it renders what is in between. */
  private static final Pattern GENERATION =
      Pattern.compile("(\\{%[-+]?\\s*)(end)?generation(?=\\s*[-+]?%})");

  private final Jinjava jinja;
  private final String template;
  private final Map<String, Object> tokens = new HashMap<>();

  /**
   * A template as a base has it.
   *
   * @see TokenizerConfig
   */
  public ChatTemplate(String template, TokenizerConfig config) {
    this.template = prepared(template);
    config.bos().ifPresent(bos -> tokens.put("bos_token", bos));
    config.eos().ifPresent(eos -> tokens.put("eos_token", eos));
    LegacyOverrides likePython =
        LegacyOverrides.newBuilder()
            .withUsePyishObjectMapper(true)
            .withEvaluateMapKeys(true)
            .withIterateOverMapKeys(true)
            .withUseNaturalOperatorPrecedence(true)
            .withParseWhitespaceControlStrictly(true)
            .withAllowAdjacentTextNodes(true)
            .withUseTrimmingForNotesAndExpressions(true)
            .withKeepNullableLoopValues(true)
            .withHandleBackslashInQuotesOnly(true)
            .build();
    this.jinja =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withKeepTrailingNewline(true)
                .withNestedInterpretationEnabled(false) // what people say is no template
                .withMaxOutputSize(0)
                .withElResolver(PythonText.resolver())
                .withLegacyOverrides(likePython)
                .build());
    jinja
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "raise_exception", ChatTemplate.class, "raise", String.class));
  }

  /** Of the template's text the last line end does not count, as Jinja has it. */
  private static String prepared(String template) {
    String text = template.replaceFirst("\\r?\\n\\z", "");
    text = NOT_IS.matcher(text).replaceAll("$1 is not ");
    return GENERATION
        .matcher(text)
        .replaceAll(
            tag ->
                Matcher.quoteReplacement(
                    tag.group(1) + (tag.group(2) == null ? "if true" : "endif")));
  }

  /**
   * Writes a conversation as text.
   *
   * @param messages at least one; each has a {@code role} and a {@code content}
   * @param addGenerationPrompt whether the text ends in what the assistant's next turn begins with
   * @throws ChatTemplateException where the template refuses the conversation, or cannot be
   *     rendered
   */
  public String render(List<Map<String, Object>> messages, boolean addGenerationPrompt) {
    Map<String, Object> values = new HashMap<>(tokens);
    values.put("messages", messages);
    values.put("add_generation_prompt", addGenerationPrompt);
    RenderResult result = jinja.renderForResult(template, values);
    if (!result.getErrors().isEmpty()) {
      throw problem(result.getErrors().get(0));
    }
    return result.getOutput();
  }

  private static ChatTemplateException problem(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ChatTemplateException refusal) {
        return refusal;
      }
    }
    return new ChatTemplateException(
        "cannot be rendered here (line " + error.getLineno() + ": " + error.getMessage() + ")");
  }

  /** The template's {@code raise_exception}. */
  public static Object raise(String message) {
    throw new ChatTemplateException("refuses the conversation: " + message);
  }
}
