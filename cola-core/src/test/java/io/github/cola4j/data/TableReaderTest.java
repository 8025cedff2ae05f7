package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderTest {
  private static final OptionalInt ALL = OptionalInt.empty();

  @TempDir Path folder;

  @Test
  void tsvTakesQuotesAsTheyAre() throws IOException {
    Path file = file("a.tsv", "sentence\tlabel\nhe said \"no \t1\n\"so\" it goes\t 0 \n");
    assertEquals(
        List.of(row(2, "he said \"no ", "1"), row(3, "\"so\" it goes", "0")),
        read(file, TableFormat.TSV, "sentence"));
  }

  @Test
  void tsvWithQuotesHoldsTabsAndLineBreaks() throws IOException {
    Path file = file("a.tsv", "sentence\tlabel\n\"one\ttab\nnext\"\t1\n");
    assertEquals(
        List.of(row(2, "one\ttab\nnext", "1")),
        TableReader.read(file, TableFormat.TSV, true, columns("sentence"), ALL).rows());
  }

  @Test
  void csvFieldsHoldCommasQuotesAndLineBreaks() throws IOException {
    Path file =
        file(
            "a.csv",
            "id,label,sentence\r\n1,pos,\"a, \"\"b\"\"\r\nc\n\nd\"\r\n2,neg,plain\r\n\r\n3,pos,last");
    assertEquals(
        List.of(row(2, "a, \"b\"\r\nc\n\nd", "pos"), row(6, "plain", "neg"), row(8, "last", "pos")),
        read(file, TableFormat.CSV, "sentence"));
  }

  @Test
  void aByteOrderMarkAndCarriageReturnsAreNoPartOfNamesAndLabels() throws IOException {
    Path file = file("a.tsv", "\uFEFFQuality\t#1 String\t#2 String\r\n1\tone\ttwo\r\n");
    Table table =
        TableReader.read(
            file,
            TableFormat.TSV,
            false,
            List.of(Column.text("#1 String"), Column.text("#2 String"), Column.label("Quality")),
            ALL);
    assertEquals(
        new Table(
            file, List.of("#1 String", "#2 String", "Quality"), List.of(row(2, "one", "two", "1"))),
        table);
    assertEquals(List.of("two"), table.column("#2 String"));
    assertThrows(IllegalArgumentException.class, () -> table.column("Quantity"));
  }

  @Test
  void aTextMayBeEmptyAndALabelNeedNotBeRead() throws IOException {
    Path file = file("a.tsv", "sentence\tlabel\n\t\n");
    Table table =
        TableReader.read(file, TableFormat.TSV, false, List.of(Column.text("sentence")), ALL);
    assertEquals(List.of(row(2, "")), table.rows());
    fails(read("a.tsv"), 2, "the label (column 'label') is empty");
  }

  @Test
  void jsonlTakesLabelsThatAreStringsOrNumbers() throws IOException {
    Path file =
        file(
            "a.jsonl",
            "{\"sentence\": \"one\\ntwo\", \"label\": 1}\n\n{\"label\": \" neg \", \"sentence\": \"é\"}\n");
    assertEquals(
        List.of(row(1, "one\ntwo", "1"), row(3, "é", "neg")),
        read(file, TableFormat.JSONL, "sentence"));
  }

  @Test
  void jsonIsAnArrayOfObjects() throws IOException {
    Path file =
        file(
            "a.json",
            "[\n {\"sentence\": \"a\", \"label\": 0},\n {\"sentence\": \"b\",\n \"label\": 1}\n]\n");
    assertEquals(
        List.of(row(2, "a", "0"), row(3, "b", "1")), read(file, TableFormat.JSON, "sentence"));
    file("empty.json", "[]");
    fails(read("empty.json"), 0, "has no rows");
    file("object.json", "\n{\"sentence\": \"a\"}");
    fails(read("object.json"), 2, "is not a JSON array");
    file("two.json", "[{\"sentence\": \"a\", \"label\": 0}]\n[]");
    fails(read("two.json"), 2, "goes on behind the array");
    file("cut.json", "[\n{\"sentence\": \"a\", \"label\": 0},\n{\"sentence\": ");
    fails(read("cut.json"), 3, "is not JSON");
  }

  @Test
  void jsonMayBeAValueOrTheTextOfAField() throws IOException {
    String json = "[{\"role\":\"user\",\"content\":\"Hi\"}]";
    List<Column> columns = List.of(Column.json("messages"));
    Path lines = file("a.jsonl", "{\"messages\": " + json + ", \"id\": 7}\n");
    Path table = file("a.csv", "messages\n\"" + json.replace("\"", "\"\"") + "\"\n");
    for (Path file : List.of(lines, table)) {
      TableFormat format = TableFormat.of(file).orElseThrow();
      assertEquals(
          List.of(json),
          TableReader.read(file, format, format.quotesByDefault(), columns, ALL)
              .column("messages"));
    }
  }

  @Test
  void whatComesAfterTheLimitIsNotLookedAt() throws IOException {
    for (String name : List.of("a.tsv", "a.csv", "a.jsonl", "a.json")) {
      String rows =
          switch (name) {
            case "a.tsv" -> "sentence\tlabel\none\t1\ntwo\t0\n";
            case "a.csv" -> "sentence,label\none,1\ntwo,0\n";
            case "a.jsonl" ->
                "{\"sentence\": \"one\", \"label\": 1}\n{\"sentence\": \"two\", \"label\": 0}\n";
            default ->
                "[{\"sentence\": \"one\", \"label\": 1},\n{\"sentence\": \"two\", \"label\": 0},\n";
          };
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(rows.getBytes(StandardCharsets.UTF_8));
      bytes.write(new byte[] {'"', (byte) 0xFF, '\n'});
      Path file = Files.write(folder.resolve(name), bytes.toByteArray());
      TableFormat format = TableFormat.of(file).orElseThrow();
      Table table =
          TableReader.read(
              file, format, format.quotesByDefault(), columns("sentence"), OptionalInt.of(2));
      assertEquals(List.of("one", "two"), table.column("sentence"));
      fails(read(name), name.equals("a.tsv") || name.equals("a.csv") ? 4 : 3, "not UTF-8");
    }
  }

  @Test
  void bytesThatAreNotUtf8AreReportedWithTheirLine() throws IOException {
    StringBuilder text = new StringBuilder("sentence\tlabel\n");
    for (int i = 0; i < 3000; i++) {
      text.append("café number ").append(i).append("\t1\n");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(text.toString().getBytes(StandardCharsets.UTF_8));
    bytes.write("café\t1\n".getBytes(StandardCharsets.ISO_8859_1));
    Files.write(folder.resolve("a.tsv"), bytes.toByteArray());
    fails(read("a.tsv"), 3002, "not UTF-8");
  }

  @Test
  void aColumnThatIsNotThereIsReportedWithThoseThatAre() throws IOException {
    file("a.tsv", "Sentences\tlabel\nx\t1\n");
    DataException e = fails(read("a.tsv"), 1, "no column 'sentence'; it has: 'Sentences', 'label'");
    assertTrue(e.getMessage().endsWith("Did you mean 'Sentences'?"), e.getMessage());
    file("b.tsv", "gj04\t1\t\tThe sailors rode the breeze clear of the rocks and the reefs.\n");
    e = fails(read("b.tsv"), 1, "no column 'sentence'");
    assertTrue(e.getMessage().contains("the first line must name the columns"), e.getMessage());
  }

  @Test
  void anotherDelimiterIsToldByItsName() throws IOException {
    file("a.tsv", "sentence,label\nx,1\n");
    DataException e = fails(read("a.tsv"), 1, "no column 'sentence'; it has: 'sentence,label'");
    assertEquals(Optional.of("sentence"), e.column());
    assertTrue(
        e.getMessage().endsWith("There are commas between the columns: read it with format: csv."),
        e.getMessage());
    file("a.csv", "sentence\tlabel\nx\t1\n");
    fails(read("a.csv"), 1, "There are tabs between the columns: read it with format: tsv.");
    file("b.csv", "sentence;label\nx;1\n");
    fails(read("b.csv"), 1, "semicolons between the columns: save it with commas or tabs instead.");
  }

  @Test
  void aShortOrALongRowIsReportedWithItsLine() throws IOException {
    file("short.tsv", "sentence\tlabel\nfine\t1\n\nno label here\nfine\t0\n");
    fails(read("short.tsv"), 4, "the row has 1 field, but the first line names 2");
    file("long.csv", "sentence,label\n\"x\ny\",1\nyes, indeed,1\n");
    fails(read("long.csv"), 4, "the row has 3 fields, but the first line names 2");
  }

  @Test
  void aQuoteThatIsNotClosedIsReportedWhereItsRowStarts() throws IOException {
    file("a.csv", "sentence,label\nfine,1\n\"never closed,0\nmore,1\n");
    DataException e = fails(read("a.csv"), 3, "quotes do not match");
    assertTrue(e.getMessage().contains("quotes: false"), e.getMessage());
  }

  @Test
  void filesWithoutRowsAreReported() throws IOException {
    for (String name : List.of("a.tsv", "a.csv")) {
      file(name, "");
      fails(read(name), 0, "is empty");
      file(name, name.equals("a.tsv") ? "sentence\tlabel\r\n" : "sentence,label\r\n\r\n");
      fails(read(name), 0, "has no rows");
    }
    file("a.jsonl", "\n");
    fails(read("a.jsonl"), 0, "has no rows");
    fails(read("none.tsv"), 0, "no such file");
    Files.createDirectory(folder.resolve("folder.tsv"));
    fails(read("folder.tsv"), 0, "is a folder");
  }

  @Test
  void twoColumnsOfOneNameAreReported() throws IOException {
    file("a.csv", "sentence,label, label\nx,1,1\n");
    fails(read("a.csv"), 1, "two columns are named 'label'");
    file("b.csv", ",sentence,,label\n0,x,,1\n");
    assertEquals(row(2, "x", "1"), read("b.csv").get());
    file("a.jsonl", "{\"sentence\": \"x\", \"label\": 1, \"label\": 0}\n");
    fails(read("a.jsonl"), 1, "is not JSON (Duplicate");
  }

  @Test
  void jsonLinesThatAreNotRowsAreReported() throws IOException {
    String good = "{\"sentence\": \"x\", \"label\": 1}\n";
    file("a.jsonl", good + "{\"sentence\": \"x\", \"lable\": 1}\n");
    DataException e = fails(read("a.jsonl"), 2, "no 'label'; the object has: 'sentence', 'lable'");
    assertTrue(e.getMessage().endsWith("Did you mean 'lable'?"), e.getMessage());
    file("a.jsonl", good + good + "{\"sentence\": \"x\", \"label\": null}\n");
    fails(read("a.jsonl"), 3, "'label' is null");
    file("a.jsonl", good + "{\"sentence\": \"x\", \"label\":\n");
    e = fails(read("a.jsonl"), 2, "is not JSON (Unexpected end-of-input within/between Object");
    assertFalse(e.getMessage().contains("Source"), e.getMessage());
    file("a.jsonl", "{\"sentence\": null, \"label\": 1}\n");
    fails(read("a.jsonl"), 1, "'sentence' is null");
    file("a.jsonl", "{\"sentence\": 7, \"label\": 1}\n");
    fails(read("a.jsonl"), 1, "'sentence' is not a text but 7");
    file("a.jsonl", "{\"sentence\": \"x\", \"label\": [1]}\n");
    fails(read("a.jsonl"), 1, "the label 'label' is [1]");
    file("a.jsonl", "{\"sentence\": \"x\", \"label\": \"\"}\n");
    fails(read("a.jsonl"), 1, "the label 'label' is \"\"");
    file("a.jsonl", good + "{\"sentence\": \"x\", \"label\": 1\n");
    fails(read("a.jsonl"), 2, "is not JSON");
    file("a.jsonl", good.strip() + good);
    fails(read("a.jsonl"), 1, "is not JSON");
    file("a.jsonl", good + "\"sentence\"\n");
    fails(read("a.jsonl"), 2, "is not a JSON object");
    file("a.jsonl", "[\n" + good + "]\n");
    fails(read("a.jsonl"), 1, "is a JSON array");
  }

  @Test
  void aNameTellsTheFormat() {
    assertEquals(Optional.of(TableFormat.TSV), TableFormat.of(Path.of("x", "a.TSV")));
    assertEquals(Optional.of(TableFormat.JSONL), TableFormat.of(Path.of("a.b.jsonl")));
    assertEquals(Optional.empty(), TableFormat.of(Path.of("msr_paraphrase_train.txt")));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<Row> read(Path file, TableFormat format, String column) {
    return TableReader.read(file, format, format.quotesByDefault(), columns(column), ALL).rows();
  }

  private static List<Column> columns(String text) {
    return List.of(Column.text(text), Column.label("label"));
  }

  private static Row row(int line, String... values) {
    return new Row(line, List.of(values));
  }

  /** Reads a file of the folder when asked to; its first row. */
  private Supplier<Row> read(String name) {
    Path file = folder.resolve(name);
    return () -> read(file, TableFormat.of(file).orElseThrow(), "sentence").get(0);
  }

  private static DataException fails(Supplier<Row> reading, int line, String problem) {
    DataException e = assertThrows(DataException.class, reading::get);
    assertEquals(line, e.line(), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
    assertTrue(e.getMessage().startsWith(e.file().toString()), e.getMessage());
    return e;
  }
}
