package io.github.cola4j.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Conversations for a causal model, which learns what the assistant says and the token that ends
 * it. The base's chat template makes the text; which tokens are the assistant's shows where it
 * renders the conversation up to a turn, and up to its end.
 */
public final class Conversations {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ASSISTANT = "assistant";

  private Conversations() {}

  /**
   * The tokens of a conversation as the model sees them when the assistant's turn is next.
   *
   * @param messages with {@code role} and {@code content}
   * @throws ChatTemplateException where the template does not take them
   */
  public static int[] encode(
      List<Map<String, Object>> messages, ChatTemplate template, TextCodec codec) {
    return codec.encode(template.render(messages, true));
  }

  /**
   * A row for each conversation; what is beyond {@code maxLength} tokens is cut off.
   *
   * @param column where the messages stand: a JSON list of <code>{role, content}</code>
   * @throws DataException where that is something else, the template does not take the conversation
   *     or renders a turn otherwise when more follow, or nothing to learn is left
   */
  public static Dataset of(
      Table table, String column, ChatTemplate template, TextCodec codec, int maxLength) {
    List<String> conversations = table.column(column);
    DatasetBuilder rows = new DatasetBuilder(conversations.size());
    for (int row = 0; row < conversations.size(); row++) {
      List<Map<String, Object>> messages = messages(table, row, conversations.get(row));
      try {
        add(rows, table, row, messages, template, codec, maxLength);
      } catch (ChatTemplateException e) {
        throw table.problem(
            row,
            "the base's chat template " + e.getMessage(),
            "Change the conversation or leave it out, or put another chat_template.jinja beside the"
                + " base");
      }
    }
    return rows.build();
  }

  private static void add(
      DatasetBuilder rows,
      Table table,
      int row,
      List<Map<String, Object>> messages,
      ChatTemplate template,
      TextCodec codec,
      int maxLength) {
    String whole = template.render(messages, false);
    int[] ids = codec.encode(whole);
    boolean[] learned = new boolean[ids.length];
    for (int turn = 0; turn < messages.size(); turn++) {
      if (messages.get(turn).get("role").equals(ASSISTANT)) {
        String before = turn == 0 ? "" : template.render(messages.subList(0, turn), true);
        String after = template.render(messages.subList(0, turn + 1), false);
        if (!whole.startsWith(after) || !after.startsWith(before)) {
          throw new ChatTemplateException(
              "writes the conversation up to message "
                  + (turn + 1)
                  + " otherwise than the whole, so it does not show which words are the"
                  + " assistant's");
        }
        int from = common(ids, codec.encode(before));
        int to = common(ids, codec.encode(after));
        Arrays.fill(learned, from, withoutSpaceBehindTheEnd(ids, from, to, codec), true);
      }
    }
    Prompts.add(rows, table, row, ids, learned, maxLength);
  }

  /** How many tokens two texts begin with together. */
  private static int common(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  /**
   * Where a turn ends in a special token and a line break, the token is the end: writing stops
   * there.
   */
  private static int withoutSpaceBehindTheEnd(int[] ids, int from, int to, TextCodec codec) {
    for (int end = to; end > from; end--) {
      String text = codec.decode(ids[end - 1]);
      if (text.isEmpty()) {
        return end;
      }
      if (!text.isBlank()) {
        break;
      }
    }
    return to;
  }

  private static List<Map<String, Object>> messages(Table table, int row, String json) {
    List<Map<String, Object>> messages =
        messages(json, (problem, fix) -> table.problem(row, problem, fix));
    if (messages.stream().noneMatch(message -> message.get("role").equals(ASSISTANT))) {
      throw table.problem(
          row,
          "no message has the role \"assistant\", so there is nothing to learn",
          "Add what the assistant answers, or leave the conversation out");
    }
    return messages;
  }

  /**
   * The messages of a conversation that is to be gone on with: what the assistant says last is left
   * out, since that is asked for.
   *
   * @param json a list of <code>{role, content}</code>
   * @param problem makes the exception, of what is wrong and how to put it right
   * @throws DataException that one, where the text is something else, or nothing is left
   */
  public static List<Map<String, Object>> question(
      String json, BiFunction<String, String, DataException> problem) {
    List<Map<String, Object>> messages = messages(json, problem);
    int last = messages.size() - 1;
    if (!messages.get(last).get("role").equals(ASSISTANT)) {
      return messages;
    }
    if (last == 0) {
      throw problem.apply("there is nothing to answer", "Write what the user says");
    }
    return messages.subList(0, last);
  }

  private static List<Map<String, Object>> messages(
      String json, BiFunction<String, String, DataException> problem) {
    String example = "Write [{\"role\": \"user\", \"content\": \"…\"}, …]";
    JsonNode list;
    try {
      list = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw problem.apply("the messages are not JSON (" + e.getOriginalMessage() + ")", example);
    }
    if (!list.isArray() || list.isEmpty()) {
      throw problem.apply("the messages are no list with something in it", example);
    }
    List<Map<String, Object>> messages = new ArrayList<>();
    for (JsonNode message : list) {
      for (String key : List.of("role", "content")) {
        if (!message.path(key).isTextual()) {
          throw problem.apply(
              "message " + (messages.size() + 1) + " has no text '" + key + "'",
              "Write {\"role\": \"user\", \"content\": \"…\"}");
        }
      }
      messages.add(JSON.convertValue(message, new TypeReference<Map<String, Object>>() {}));
    }
    return messages;
  }
}
