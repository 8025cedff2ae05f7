package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledTextsTest {
  private static final Labels LABELS = new Labels(List.of("neg", "pos"));

  @TempDir Path folder;

  @Test
  void rowsComeBackAsTheyWereEncoded() throws Exception {
    // More rows than are tokenized at once, some of them longer than the room first made.
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      rows.add(
          new Row(
              i,
              List.of(
                  "row " + i + " again".repeat(i % 50), "pair " + i, i % 3 == 0 ? "pos" : "neg")));
    }
    Path file = Files.writeString(folder.resolve("a.tsv"), "abc");
    try (TextEncoder encoder = encoder()) {
      Table table = new Table(file, List.of("first", "second", "label"), rows);
      Dataset data =
          LabelledTexts.classes(table, List.of("first", "second"), "label", encoder, LABELS);
      assertEquals(2500, data.size());
      int tokens = 0;
      for (int i = 0; i < data.size(); i++) {
        Example example = data.get(i);
        Encoded expected = encoder.encode(rows.get(i).values().get(0), "pair " + i);
        assertArrayEquals(expected.ids(), example.ids());
        assertArrayEquals(expected.types(), example.types());
        assertArrayEquals(new int[] {i % 3 == 0 ? 1 : 0}, example.labels());
        assertEquals(i, example.row());
        tokens += example.length();
      }
      assertEquals(tokens, data.tokens());
      assertEquals(List.of(7, 3), data.get(new int[] {7, 3}).stream().map(Example::row).toList());
      Rows<PackedBatch> rowsOfABatch = data;
      assertArrayEquals(new int[] {3, 7}, rowsOfABatch.batch(new int[] {7, 3}).rows());
    }
  }

  @Test
  void rowsWithoutLabelsAreMarked() throws Exception {
    Path file = Files.writeString(folder.resolve("a.tsv"), "sentence\nx\n");
    try (TextEncoder encoder = encoder()) {
      Table table =
          TableReader.read(
              file, TableFormat.TSV, false, List.of(Column.text("sentence")), OptionalInt.empty());
      Dataset data = LabelledTexts.classes(table, List.of("sentence"), null, encoder, LABELS);
      assertArrayEquals(new int[] {Example.NO_LABEL}, data.get(0).labels());
    }
  }

  @Test
  void anUnknownLabelIsReported() throws Exception {
    Path file = Files.writeString(folder.resolve("a.tsv"), "sentence\tlabel\nx\tmaybe\n");
    try (TextEncoder encoder = encoder()) {
      DataException e = assertThrows(DataException.class, () -> classes(labelled(file), encoder));
      assertEquals(2, e.line());
    }
  }

  @Test
  void numbersAreScores() throws Exception {
    Path file = Files.writeString(folder.resolve("a.tsv"), "a\tb\tscore\nx\ty\t2.5\nx\tx\t-.5e1\n");
    try (TextEncoder encoder = encoder()) {
      Dataset data = scores(file, encoder);
      assertEquals(2.5f, data.get(0).score());
      assertEquals(-5, data.get(1).score());
      assertEquals(0, data.get(0).labels().length);
      assertArrayEquals(encoder.encode("x", "y").types(), data.get(0).types());
      for (String wrong : List.of("high", "NaN", "1e99", "0x1p3", "1f", "1,5")) {
        Files.writeString(file, "a\tb\tscore\nx\ty\t1\nx\ty\t" + wrong + "\n");
        DataException e = assertThrows(DataException.class, () -> scores(file, encoder));
        assertEquals(3, e.line(), wrong);
      }
    }
  }

  private static Dataset scores(Path file, TextEncoder encoder) {
    List<Column> columns = List.of(Column.text("a"), Column.text("b"), Column.label("score"));
    Table table = TableReader.read(file, TableFormat.TSV, false, columns, OptionalInt.empty());
    return LabelledTexts.scores(table, List.of("a", "b"), "score", encoder);
  }

  /** As GPT-2's tokenizers are: nothing is put around a text. */
  @Test
  void aTextWithoutTokensIsReported() throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode tokenizer = (ObjectNode) json.readTree(bert().toFile());
    tokenizer.putNull("post_processor");
    Path bare = folder.resolve("tokenizer.json");
    json.writeValue(bare.toFile(), tokenizer);
    Table table =
        new Table(
            Files.writeString(folder.resolve("a.tsv"), ""),
            List.of("sentence", "label"),
            List.of(new Row(2, List.of("text", "pos")), new Row(3, List.of(" ", "pos"))));
    try (TextEncoder encoder = TextEncoder.open(bare, 16)) {
      DataException e = assertThrows(DataException.class, () -> classes(table, encoder));
      assertEquals(3, e.line());
    }
  }

  private static Table labelled(Path file) {
    return TableReader.read(
        file,
        TableFormat.TSV,
        false,
        List.of(Column.text("sentence"), Column.label("label")),
        OptionalInt.of(1));
  }

  private static Dataset classes(Table table, TextEncoder encoder) {
    return LabelledTexts.classes(table, List.of("sentence"), "label", encoder, LABELS);
  }

  private static TextEncoder encoder() throws Exception {
    return TextEncoder.open(bert(), 128);
  }

  private static Path bert() throws URISyntaxException {
    return Path.of(
        LabelledTextsTest.class.getResource("/golden/bert/checkpoint/tokenizer.json").toURI());
  }
}
