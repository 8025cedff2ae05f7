package io.github.cola4j.spec;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which columns of a file, or which file beside it, hold what the task learns from; the keys stand
 * in {@code data.train}.
 */
public sealed interface ColumnsSpec {
  /** The columns that are read, in the order of the record; without those still missing. */
  List<String> names();

  /**
   * A text or a pair of texts with a label: what classification and regression learn from.
   *
   * @param text {@code text}: the column of the text, or a list of two columns for pairs; required
   * @param label {@code label}: the column of the label, a class or a number; default {@code label}
   */
  record Labelled(List<String> text, String label) implements ColumnsSpec {
    @Override
    public List<String> names() {
      return Stream.concat(Stream.ofNullable(text).flatMap(List::stream), Stream.of(label))
          .toList();
    }

    private static Labelled read(Section split, Optional<Labelled> like) {
      List<String> text =
          inherited(
              split,
              "text",
              upToTwo(),
              like.map(Labelled::text),
              like.isPresent(),
              "the column that holds the text, or two of them");
      String label = split.value("label", Type.name(), like.map(Labelled::label).orElse("label"));
      if (text != null && text.contains(label)) {
        split.problem(
            "label", "the column \"" + label + "\" holds the text", "name another column");
      }
      return new Labelled(text, label);
    }
  }

  /**
   * Documents, one after the other, cut into blocks: {@code causal-lm} learns every token of them.
   *
   * @param text {@code text}: the column of a table whose rows are documents; empty for a file of
   *     {@code format: text}, which is one document
   */
  record PlainText(Optional<String> text) implements ColumnsSpec {
    @Override
    public List<String> names() {
      return text.stream().toList();
    }

    private static PlainText read(Section split, Optional<PlainText> like) {
      return new PlainText(
          Optional.ofNullable(
              inherited(
                  split,
                  "text",
                  Type.name(),
                  like.flatMap(PlainText::text),
                  like.isPresent(),
                  "the column that holds the text")));
    }
  }

  /**
   * Prompts with responses: {@code causal-lm} learns the responses only.
   *
   * @param prompt {@code prompt}: the column of the prompt; may be left out where the template
   *     names columns
   * @param template {@code prompt_template}: the prompt, with the names of columns in braces:
   *     <code>"### Instruction:\n{instruction}\n\n### Response:\n"</code>. What stands in braces
   *     and is no word stays as it is, and so does whatever a column holds. By default the column
   *     of {@code prompt}, which a template may also call <code>{prompt}</code>
   * @param response {@code response}: the column of the response; required
   */
  record PromptResponse(Optional<String> prompt, String template, String response)
      implements ColumnsSpec {
    @Override
    public List<String> names() {
      return Stream.concat(columns().stream(), Stream.ofNullable(response)).toList();
    }

    private static final Pattern COLUMN = Pattern.compile("\\{(\\w+)}");
    private static final String PROMPT = "prompt";

    private static PromptResponse read(Section split, Optional<PromptResponse> like) {
      Optional<String> prompt =
          like.flatMap(PromptResponse::prompt)
              .map(usual -> split.value(PROMPT, Type.name(), usual))
              .or(() -> split.optional(PROMPT, Type.name()));
      String template =
          split.value(
              "prompt_template",
              Type.characters(),
              like.map(PromptResponse::template).orElse("{" + PROMPT + "}"));
      String response =
          inherited(
              split,
              "response",
              Type.name(),
              like.map(PromptResponse::response),
              like.isPresent(),
              "the column that holds the response");
      PromptResponse columns = new PromptResponse(prompt, template, response);
      columns.check(split);
      return columns;
    }

    private void check(Section split) {
      Set<String> named = columns();
      if (named.isEmpty()) {
        split.problem(
            "prompt_template", "names no column", "put one in braces: {prompt} or {instruction}");
      } else if (prompt.isEmpty() && named.contains(PROMPT) && template.equals("{prompt}")) {
        split.problem(
            PROMPT,
            "missing",
            "write the column that holds the prompt, or a prompt_template that names columns");
      } else if (response != null && named.contains(response)) {
        split.problem(
            "response",
            "the column \"" + response + "\" is part of the prompt",
            "name another column");
      } else if (prompt.isPresent() && !template.contains("{" + PROMPT + "}")) {
        split.problem(
            PROMPT, "the prompt_template does not use it", "put {prompt} there, or remove it");
      }
    }

    /** The columns that make the prompt, in the template's order. */
    public Set<String> columns() {
      Set<String> columns = new LinkedHashSet<>();
      Matcher matcher = COLUMN.matcher(template);
      while (matcher.find()) {
        columns.add(column(matcher.group(1)));
      }
      return columns;
    }

    /**
     * The prompt that the template makes.
     *
     * @param value the text of a column
     */
    public String fill(UnaryOperator<String> value) {
      return COLUMN
          .matcher(template)
          .replaceAll(match -> Matcher.quoteReplacement(value.apply(column(match.group(1)))));
    }

    private String column(String name) {
      return name.equals(PROMPT) ? prompt.orElse(name) : name;
    }
  }

  /**
   * Conversations, put into text by the base's chat template: {@code causal-lm} learns what the
   * assistant says.
   *
   * @param messages {@code messages}: the column that holds a list of <code>{role, content}</code>;
   *     required
   */
  record Chat(String messages) implements ColumnsSpec {
    @Override
    public List<String> names() {
      return Stream.ofNullable(messages).toList();
    }

    private static Chat read(Section split, Optional<Chat> like) {
      return new Chat(
          inherited(
              split,
              "messages",
              Type.name(),
              like.map(Chat::messages),
              like.isPresent(),
              "the column that holds the messages"));
    }
  }

  /**
   * Pairs of a text and the one to make of it: what {@code sequence-to-sequence} learns from.
   *
   * @param source {@code source}: the column of the text that the encoder reads; required
   * @param target {@code target}: the column of the text that the decoder writes; required
   */
  record SourceTarget(String source, String target) implements ColumnsSpec {
    @Override
    public List<String> names() {
      return Stream.of(source, target).filter(Objects::nonNull).toList();
    }

    private static SourceTarget read(Section split, Optional<SourceTarget> like) {
      String source =
          inherited(
              split,
              "source",
              Type.name(),
              like.map(SourceTarget::source),
              like.isPresent(),
              "the column of the text to read");
      String target =
          inherited(
              split,
              "target",
              Type.name(),
              like.map(SourceTarget::target),
              like.isPresent(),
              "the column of the text to write");
      if (source != null && source.equals(target)) {
        split.problem(
            "target", "the column \"" + target + "\" holds the source", "name another column");
      }
      return new SourceTarget(source, target);
    }
  }

  /**
   * Pictures: what {@code image-classification} learns from.
   *
   * @param labels {@code labels}: the file of the labels; there if, and only if, the format is
   *     {@code idx}; a picture in a folder has its folder's name as label
   */
  record Pictures(Optional<FileRef> labels) implements ColumnsSpec {
    @Override
    public List<String> names() {
      return List.of();
    }

    private static Pictures read(Section split, SplitSpec.Format format) {
      Type<FileRef> type = split.files().file();
      if (!split.gives("file")) {
        split.refuse("labels", "there is no file of pictures", "write both, or none");
      } else if (format == SplitSpec.Format.IDX) {
        return new Pictures(
            Optional.ofNullable(
                split.required("labels", type, "their labels: train-labels-idx1-ubyte.gz")));
      } else if (format == SplitSpec.Format.FOLDER) {
        split.refuse("labels", "a picture in a folder has its folder's name as label", "remove it");
      } else {
        return new Pictures(split.optional("labels", type));
      }
      return new Pictures(Optional.empty());
    }
  }

  /**
   * Reads the columns of a split.
   *
   * @param like the split that this one takes after
   */
  static ColumnsSpec read(
      Section split, Task task, SplitSpec.Format format, Optional<SplitSpec> like) {
    Optional<ColumnsSpec> usual = like.map(SplitSpec::columns);
    return switch (task) {
      case SEQUENCE_CLASSIFICATION, SEQUENCE_REGRESSION ->
          Labelled.read(split, usual.map(Labelled.class::cast));
      case CAUSAL_LM -> causal(split, format, like);
      case SEQUENCE_TO_SEQUENCE -> SourceTarget.read(split, usual.map(SourceTarget.class::cast));
      case IMAGE_CLASSIFICATION -> Pictures.read(split, format);
    };
  }

  private static ColumnsSpec causal(
      Section split, SplitSpec.Format format, Optional<SplitSpec> like) {
    if (format == SplitSpec.Format.TEXT) {
      for (String key : causalKinds().stream().flatMap(List::stream).toList()) {
        split.refuse(
            key,
            "a file of format: text has no columns",
            "remove it, or name a .tsv, .csv or .jsonl file");
      }
      return new PlainText(Optional.empty());
    }
    List<List<String>> given =
        causalKinds().stream().filter(kind -> kind.stream().anyMatch(split::gives)).toList();
    if (given.size() > 1) {
      String first = given.get(0).stream().filter(split::gives).findFirst().orElseThrow();
      String second = given.get(1).stream().filter(split::gives).findFirst().orElseThrow();
      split.problem(
          second,
          "cannot stand beside " + first,
          "keep one of text, prompt with response, and messages");
      given.forEach(kind -> kind.forEach(key -> split.optional(key, Type.name())));
      return new PlainText(Optional.empty());
    }
    // A table beside a file of plain text has no column to take over.
    Optional<ColumnsSpec> usual =
        like.filter(other -> !other.format().equals(Optional.of(SplitSpec.Format.TEXT)))
            .map(SplitSpec::columns);
    String kind =
        given.isEmpty() ? usual.map(ColumnsSpec::mainKey).orElse("") : given.get(0).get(0);
    return switch (kind) {
      case "text" -> PlainText.read(split, of(PlainText.class, usual));
      case "response" -> PromptResponse.read(split, of(PromptResponse.class, usual));
      case "messages" -> Chat.read(split, of(Chat.class, usual));
      default -> {
        split.problem(
            "text",
            "missing",
            "write text: and a column, or prompt: and response:, or messages: for conversations");
        yield new PlainText(Optional.empty());
      }
    };
  }

  /** The keys of each kind of rows that {@code causal-lm} takes; the first names the kind. */
  private static List<List<String>> causalKinds() {
    return List.of(
        List.of("text"), List.of("response", "prompt", "prompt_template"), List.of("messages"));
  }

  private static <T> Optional<T> of(Class<T> kind, Optional<ColumnsSpec> columns) {
    return columns.filter(kind::isInstance).map(kind::cast);
  }

  private static String mainKey(ColumnsSpec columns) {
    return columns instanceof PromptResponse
        ? "response"
        : columns instanceof Chat ? "messages" : "text";
  }

  /**
   * A key that must be there, unless the split that this one takes after has it. Where that one's
   * is wrong, that one problem is enough; so it is where the task is.
   */
  private static <T> T inherited(
      Section split, String key, Type<T> type, Optional<T> usual, boolean like, String whatItIs) {
    if (usual.isPresent()) {
      return split.value(key, type, usual.get());
    }
    return like || split.undecided()
        ? split.optional(key, type).orElse(null)
        : split.required(key, type, whatItIs);
  }

  private static Type<List<String>> upToTwo() {
    Type<List<String>> names = Type.oneOrMore(Type.name());
    return new Type<>(
        node -> {
          List<String> columns = names.reader().read(node);
          if (columns.size() > 2) {
            throw new Unfit(
                "found " + columns.size() + " columns", "name one, or two for pairs of texts");
          }
          return columns;
        },
        names.writer());
  }
}
