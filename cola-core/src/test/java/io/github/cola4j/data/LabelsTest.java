package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void wholeNumbersFromZeroAreIds() {
    Table table = table("1", "0", "2", "1");
    Labels labels = Labels.of(table, "label");
    assertEquals(List.of("LABEL_0", "LABEL_1", "LABEL_2"), labels.names());
    assertEquals(List.of(1, 0, 2, 1), ids(labels, table));
  }

  @Test
  void otherWholeNumbersAreNamesInTheirOrderAsNumbers() {
    Table table = table("10", "2", "-1", "2");
    Labels labels = Labels.of(table, "label");
    assertEquals(List.of("-1", "2", "10"), labels.names());
    assertEquals(List.of(2, 1, 0, 1), ids(labels, table));
    // 0 is no id here: it is a number that no training row has.
    fails(() -> ids(labels, table("0")), 2, "the label '0' is unknown; known are '-1', '2', '10'");
  }

  @Test
  void stringsAreSorted() {
    Table table = table("pos", "neg", "pos", "3");
    Labels labels = Labels.of(table, "label");
    assertEquals(List.of("3", "neg", "pos"), labels.names());
    assertEquals(List.of(2, 1, 2, 0), ids(labels, table));
  }

  @Test
  void givenNamesFixTheOrderAndStandForIdsToo() {
    Labels labels = new Labels(List.of("positive", "negative"));
    assertEquals(List.of(0, 1), ids(labels, table("positive", "negative")));
    assertEquals(List.of(0, 1), ids(labels, table("0", "1")));
    assertEquals(List.of(1, 0), ids(new Labels(List.of("1", "0")), table("0", "1")));
  }

  @Test
  void aLabelOutsideIsReportedWithItsLine() {
    Labels numbers = Labels.of(table("0", "1"), "label");
    fails(() -> ids(numbers, table("1", "2")), 3, "the label 2 is outside 0 to 1");
    fails(() -> ids(numbers, table("-1")), 2, "the label -1 is outside 0 to 1");
    Labels names = new Labels(List.of("positive", "negative"));
    DataException e =
        fails(
            () -> ids(names, table("positve")),
            2,
            "the label 'positve' is unknown; known are 'positive', 'negative'");
    assertTrue(e.getMessage().endsWith("Did you mean 'positive'?"), e.getMessage());
  }

  @Test
  void manyLabelsAreNotAllListed() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      names.add("name-" + i);
    }
    DataException e = fails(() -> ids(new Labels(names), table("other")), 2, "… (30)");
    assertTrue(!e.getMessage().contains("'name-20'"), e.getMessage());
  }

  @Test
  void decimalsAndASingleLabelAreNoClasses() {
    fails(() -> Labels.of(table("1", "2.5", "3"), "label"), 3, "the label 2.5 is a decimal number");
    fails(() -> Labels.of(table("1.0", "0.0"), "label"), 2, "the label 1.0 is a decimal number");
    fails(
        () -> Labels.of(table("1", "1"), "label"), 0, "every row that was read has the label '1'");
  }

  @Test
  void namesAreDistinct() {
    assertThrows(IllegalArgumentException.class, () -> new Labels(List.of("a", "a")));
    assertThrows(IllegalArgumentException.class, () -> new Labels(List.of("a", "")));
  }

  private static Table table(String... labels) {
    List<Row> rows = new ArrayList<>();
    for (String label : labels) {
      rows.add(new Row(2 + rows.size(), List.of(label)));
    }
    return new Table(Path.of("rows.tsv"), List.of("label"), rows);
  }

  private static List<Integer> ids(Labels labels, Table table) {
    List<String> column = table.column("label");
    return IntStream.range(0, column.size())
        .mapToObj(row -> labels.id(table, row, column.get(row)))
        .toList();
  }

  private static DataException fails(Runnable work, int line, String problem) {
    DataException e = assertThrows(DataException.class, work::run);
    assertEquals(line, e.line(), e.getMessage());
    assertTrue(e.getMessage().startsWith("rows.tsv"), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
    return e;
  }
}
