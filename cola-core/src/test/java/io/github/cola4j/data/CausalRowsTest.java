package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.ColumnsSpec.PlainText;
import io.github.cola4j.spec.ColumnsSpec.PromptResponse;
import io.github.cola4j.spec.FileRef;
import io.github.cola4j.spec.SplitSpec;
import io.github.cola4j.spec.SplitSpec.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What causal models and those of sources and targets learn from; token 0 is <s>, token 2 </s>. */
class CausalRowsTest {
  private static final int END = 2;
  private static final OptionalInt EOS = OptionalInt.of(END);
  private static final OptionalInt ALL = OptionalInt.empty();

  @TempDir Path folder;
  TextCodec codec;

  @BeforeEach
  void open() throws Exception {
    codec = TextCodec.open(TextCodecTest.tokenizer("roberta"));
  }

  @AfterEach
  void close() {
    codec.close();
  }

  @Test
  void aTextFileIsCutIntoBlocks() throws Exception {
    String text = "\uFEFFFirst line.\r\n\nSecond, café 😀.\n" + "word ".repeat(3000);
    Path file = Files.writeString(folder.resolve("a.txt"), text);
    int[] expected = TextCodec.joined(codec.encode(text.substring(1)), new int[] {END});
    Dataset data = PlainTexts.ofFile(file, codec, EOS, 64, ALL);
    assertEquals((expected.length + 63) / 64, data.size());
    assertArrayEquals(expected, joined(data));
    for (int i = 0; i < data.size(); i++) {
      Example block = data.get(i);
      assertTrue(block.length() == 64 || i == data.size() - 1 && block.length() > 1);
      assertArrayEquals(block.ids(), block.labels());
      assertArrayEquals(new int[block.length()], block.types());
    }
    assertEquals(2, PlainTexts.ofFile(file, codec, EOS, 64, OptionalInt.of(2)).size());
  }

  @Test
  void documentsOfATableFollowEachOther() throws Exception {
    // More characters than are tokenized at once.
    List<String> documents = new ArrayList<>(List.of("One two.", "", "x".repeat(700_000)));
    documents.add("y".repeat(700_000));
    Table table = table(List.of("text"), documents.toArray(String[]::new));
    int[] expected =
        documents.stream()
            .flatMapToInt(
                text -> IntStream.concat(Arrays.stream(codec.encode(text)), IntStream.of(END)))
            .toArray();
    assertArrayEquals(expected, joined(PlainTexts.ofTable(table, "text", codec, EOS, 100)));
    Dataset unmarked =
        PlainTexts.ofTable(table(List.of("text"), "a b", "c"), "text", codec, ALL, 100);
    assertArrayEquals(TextCodec.joined(codec.encode("a b"), codec.encode("c")), joined(unmarked));
  }

  @Test
  void aBlockOfOneTokenIsLeftOut() throws Exception {
    int[] tokens = codec.encode("one two three four");
    Table table = table(List.of("text"), "one two three four");
    Dataset data = PlainTexts.ofTable(table, "text", codec, ALL, tokens.length - 1);
    assertEquals(1, data.size());
    assertArrayEquals(Arrays.copyOf(tokens, tokens.length - 1), data.get(0).ids());
    Path empty = Files.writeString(folder.resolve("empty.txt"), "");
    assertThrows(DataException.class, () -> PlainTexts.ofFile(empty, codec, EOS, 8, ALL));
  }

  @Test
  void aByteThatIsNotUtf8IsReportedWithItsLine() throws Exception {
    Path file = Files.write(folder.resolve("a.txt"), new byte[] {'a', '\n', '\n', (byte) 0xe9});
    DataException e =
        assertThrows(DataException.class, () -> PlainTexts.ofFile(file, codec, EOS, 8, ALL));
    assertEquals(3, e.line());
  }

  @Test
  void onlyTheResponseIsLearned() throws Exception {
    Table table = table(List.of("question", "answer"), "Why?", "Because.", "Again?", "");
    PromptResponse columns = new PromptResponse(Optional.of("question"), "{prompt}", "answer");
    Dataset data = Prompts.of(table, columns, codec, EOS, 64);
    int[] prompt = TextCodec.joined(new int[] {0}, codec.encode("Why?"));
    int[] response = TextCodec.joined(codec.encode("Because."), new int[] {END});
    assertArrayEquals(prompt, Prompts.encode("Why?", codec));
    assertArrayEquals(TextCodec.joined(prompt, response), data.get(0).ids());
    int[] masked = new int[prompt.length];
    Arrays.fill(masked, Example.NO_LABEL);
    assertArrayEquals(TextCodec.joined(masked, response), data.get(0).labels());
    // Of an empty response it is learned that it ends.
    Example empty = data.get(1);
    assertEquals(END, empty.labels()[empty.length() - 1]);
    assertEquals(1, Arrays.stream(empty.labels()).filter(label -> label >= 0).count());
  }

  @Test
  void aTemplateNamesTheColumnsOfThePrompt() throws Exception {
    PromptResponse columns =
        new PromptResponse(
            Optional.empty(), "# {instruction}\n{input} {not this} {}\n", "response");
    Table table =
        table(List.of("instruction", "input", "response"), "Say {input}, $1 \\ it", "5", "five");
    assertEquals(List.of("instruction", "input"), List.copyOf(columns.columns()));
    Dataset data = Prompts.of(table, columns, codec, EOS, 256);
    assertEquals("# Say {input}, $1 \\ it\n5 {not this} {}\nfive", codec.decode(data.get(0).ids()));
  }

  @Test
  void aRowWithoutAnythingToLearnIsReported() throws Exception {
    PromptResponse columns = new PromptResponse(Optional.of("q"), "{prompt}", "a");
    Table table = table(List.of("q", "a"), "short", "yes", "a much longer question", "no");
    int length = Prompts.encode("a much longer question", codec).length;
    Dataset cut = Prompts.of(table, columns, codec, EOS, length + 1);
    assertEquals(length + 1, cut.get(1).length());
    DataException e =
        assertThrows(DataException.class, () -> Prompts.of(table, columns, codec, EOS, length));
    assertEquals(3, e.line());
    assertTrue(e.getMessage().contains("max_length (" + length + ")"), e.getMessage());
    Table silent = table(List.of("q", "a"), "why", "");
    e = assertThrows(DataException.class, () -> Prompts.of(silent, columns, codec, ALL, 64));
    assertTrue(e.getMessage().contains("nothing to learn"), e.getMessage());
  }

  private static final String CHAT =
      "{% for m in messages %}{{ m.role + ':\\n' + m.content + '</s>\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ 'assistant:\\n' }}{% endif %}";
  private static final String TWO_TURNS =
      "[{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\", \"content\":"
          + " \"Hello there\"}, {\"role\": \"user\", \"content\": \"Bye\"},"
          + " {\"role\": \"assistant\", \"content\": \"See you\"}]";

  @Test
  void onlyWhatTheAssistantSaysIsLearned() throws Exception {
    Dataset data =
        Conversations.of(
            table(List.of("messages"), TWO_TURNS), "messages", template(CHAT), codec, 256);
    Example row = data.get(0);
    assertArrayEquals(
        codec.encode(
            "user:\nHi</s>\nassistant:\nHello there</s>\nuser:\nBye</s>\nassistant:\nSee you</s>\n"),
        row.ids());
    assertArrayEquals(
        TextCodec.joined(codec.encode("Hello there</s>"), codec.encode("See you</s>")),
        Arrays.stream(row.labels()).filter(label -> label >= 0).toArray());
    IntStream.range(0, row.length())
        .filter(t -> row.labels()[t] >= 0)
        .forEach(t -> assertEquals(row.ids()[t], row.labels()[t]));
    assertArrayEquals(
        codec.encode("user:\nHi</s>\nassistant:\n"),
        Conversations.encode(
            List.of(Map.of("role", "user", "content", "Hi")), template(CHAT), codec));
  }

  @Test
  void aTurnWithoutASpecialTokenEndsWhereItsTextEnds() throws Exception {
    String plain = "{% for m in messages %}{{ m.role + ': ' + m.content + '\\n\\n' }}{% endfor %}";
    Dataset data =
        Conversations.of(
            table(List.of("messages"), TWO_TURNS), "messages", template(plain), codec, 256);
    // Nothing tells where the prompt ends but the user's turn: the name is the assistant's too.
    assertEquals(
        "assistant: Hello there\n\nassistant: See you\n\n",
        codec.decode(Arrays.stream(data.get(0).labels()).filter(l -> l >= 0).toArray()));
  }

  @Test
  void conversationsThatCannotBeLearnedAreReported() throws Exception {
    ChatTemplate template = template(CHAT);
    fails("7", template, "no list");
    fails("[]", template, "no list");
    fails("[{]", template, "not JSON");
    fails("[{\"role\": \"user\", \"content\": \"Hi\"}]", template, "nothing to learn");
    fails(TWO_TURNS.replace("\"Bye\"", "[\"Bye\"]"), template, "message 3 has no text 'content'");
    fails(
        TWO_TURNS,
        template("{{ raise_exception('no ' + messages[0].content) }}"),
        "the base's chat template refuses the conversation: no Ho");
    fails(
        TWO_TURNS,
        template("{% for m in messages %}{{ loop.length ~ m.content }}{% endfor %}"),
        "writes the conversation up to message 2 otherwise than the whole");
    DataException e =
        assertThrows(
            DataException.class,
            () ->
                Conversations.of(
                    table(List.of("messages"), TWO_TURNS), "messages", template, codec, 5));
    assertTrue(e.getMessage().contains("max_length (5)"), e.getMessage());
  }

  private void fails(String messages, ChatTemplate template, String problem) throws Exception {
    Table table = table(List.of("messages"), TWO_TURNS.replace("Hi", "Ho"), messages);
    DataException e =
        assertThrows(
            DataException.class, () -> Conversations.of(table, "messages", template, codec, 256));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
    assertEquals(problem.contains("no Ho") || problem.contains("otherwise") ? 2 : 3, e.line());
  }

  private static ChatTemplate template(String text) {
    return new ChatTemplate(
        text, new TokenizerConfig(Optional.of("<s>"), Optional.of("</s>"), Optional.empty()));
  }

  @Test
  void sourcesAndTargetsHaveTheirOwnLengths() throws Exception {
    Table table =
        table(List.of("mr", "ref"), "name[Alimentum], area[city centre]", "It is in the city.");
    Dataset data = SourcesAndTargets.of(table, "mr", "ref", codec, 8, 5);
    try (TextEncoder source = TextEncoder.open(TextCodecTest.tokenizer("roberta"), 8);
        TextEncoder target = TextEncoder.open(TextCodecTest.tokenizer("roberta"), 6)) {
      int[] ids = source.encode("name[Alimentum], area[city centre]", null).ids();
      assertArrayEquals(ids, data.get(0).ids());
      assertArrayEquals(
          ids, SourcesAndTargets.encode("name[Alimentum], area[city centre]", codec, 8));
      int[] longer = target.encode("It is in the city.", null).ids();
      assertArrayEquals(
          TextCodec.joined(Arrays.copyOf(longer, 4), new int[] {END}), data.get(0).labels());
    }
  }

  @Test
  void aSplitIsReadAsItsColumnsSay() throws Exception {
    Path text = Files.writeString(folder.resolve("a.txt"), "one two three");
    Path lines =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"text\": \"one two three\", \"b\": \"four\", \"m\": " + TWO_TURNS + "}\n");
    TokenizerConfig config =
        new TokenizerConfig(Optional.of("<s>"), Optional.of("</s>"), Optional.of(CHAT));
    CausalRows rows = new CausalRows(codec, config, EOS, 64);
    int[] document = TextCodec.joined(codec.encode("one two three"), new int[] {END});
    assertArrayEquals(
        document,
        rows.read(split(text, Format.TEXT, new PlainText(Optional.empty()))).get(0).ids());
    assertArrayEquals(
        document,
        rows.read(split(lines, Format.JSONL, new PlainText(Optional.of("text")))).get(0).ids());
    assertEquals(
        "1: one two three four",
        codec.decode(
            rows.read(
                    split(
                        lines,
                        Format.JSONL,
                        new PromptResponse(Optional.empty(), "1: {text} ", "b")))
                .get(0)
                .ids()));
    SplitSpec chat = split(lines, Format.JSONL, new ColumnsSpec.Chat("m"));
    assertEquals(
        "user:\nHi\nassistant:\nHello there\nuser:\nBye\nassistant:\nSee you\n",
        codec.decode(rows.read(chat).get(0).ids()));
    TokenizerConfig none =
        new TokenizerConfig(Optional.empty(), Optional.empty(), Optional.empty());
    CausalRows without = new CausalRows(codec, none, EOS, 64);
    DataException e = assertThrows(DataException.class, () -> without.read(chat));
    assertTrue(e.getMessage().contains("no chat template"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> rows.read(split(lines, Format.JSONL, new ColumnsSpec.SourceTarget("text", "b"))));
  }

  private static SplitSpec split(Path file, Format format, ColumnsSpec columns) {
    return new SplitSpec(
        Optional.of(new FileRef(file.getFileName().toString(), file)),
        Optional.of(format),
        false,
        columns,
        Optional.empty());
  }

  private static int[] joined(Dataset data) {
    return IntStream.range(0, data.size())
        .flatMap(row -> Arrays.stream(data.get(row).ids()))
        .toArray();
  }

  private Table table(List<String> columns, String... values) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int at = 0; at < values.length; at += columns.size()) {
      rows.add(new Row(2 + rows.size(), Arrays.asList(values).subList(at, at + columns.size())));
    }
    return new Table(Files.writeString(folder.resolve("table.tsv"), ""), columns, rows);
  }
}
