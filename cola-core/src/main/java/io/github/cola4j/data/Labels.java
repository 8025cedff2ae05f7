package io.github.cola4j.data;

import io.github.cola4j.advice.NearMiss;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The classes of a classification task, in the order of their ids: {@code id2label} of a config.
 *
 * <p>A row's label is a class's name, or, where no name is itself a whole number, its id.
 *
 * @param names each class's name; class 0 first
 */
public record Labels(List<String> names) {
  private static final int MOST_LISTED = 20;
  private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,17}");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?");

  public Labels {
    names = List.copyOf(names);
    Set<String> distinct = new HashSet<>(names);
    if (distinct.size() < names.size() || distinct.contains("")) {
      throw new IllegalArgumentException("names of classes are distinct and not empty: " + names);
    }
  }

  /**
   * The classes that the rows tell. Whole numbers 0 to n − 1 are ids already, whose names are
   * {@code LABEL_0}, {@code LABEL_1}, … as in transformers. Other whole numbers (1 to 5, say) are
   * names, sorted as numbers; anything else is a name, sorted by its characters.
   *
   * @param column the column of the labels
   * @throws DataException where the rows hold one class only, or decimal numbers
   */
  public static Labels of(Table train, String column) {
    return of(List.of(train), List.of(column));
  }

  /**
   * The same for rows of several tables.
   *
   * @param columns the column of the labels in each
   */
  public static Labels of(List<Table> tables, List<String> columns) {
    Table train = tables.get(0);
    Set<String> found = new HashSet<>();
    for (int i = 0; i < tables.size(); i++) {
      found.addAll(tables.get(i).column(columns.get(i)));
    }
    if (found.size() == 1) {
      throw new DataException(
          train.file(),
          0,
          "every row that was read has the label '" + found.iterator().next() + "'",
          "Classification needs two labels or more: read more rows, or name the labels in data.labels");
    }
    if (found.stream().allMatch(Labels::isWhole)) {
      return ofNumbers(found);
    }
    if (found.stream().allMatch(Labels::isNumber)) {
      for (int i = 0; i < tables.size(); i++) {
        refuseDecimals(tables.get(i), columns.get(i));
      }
    }
    return new Labels(List.copyOf(new TreeSet<>(found)));
  }

  private static void refuseDecimals(Table table, String column) {
    List<String> labels = table.column(column);
    for (int row = 0; row < labels.size(); row++) {
      if (isDecimal(labels.get(row))) {
        throw table.problem(
            row,
            "the label " + labels.get(row) + " is a decimal number",
            "Classification takes whole numbers or names; decimal ones are for task:"
                + " sequence-regression");
      }
    }
  }

  /** How many classes there are. */
  public int count() {
    return names.size();
  }

  /**
   * The class of a row.
   *
   * @param table the table that the row is in, named in the error
   * @param row its number in the table, from 0
   * @param label what stands there
   * @throws DataException where its label is none of the classes
   */
  int id(Table table, int row, String label) {
    return id(label, (problem, fix) -> table.problem(row, problem, fix));
  }

  /**
   * The class of a row.
   *
   * @param label what stands there
   * @param error of a problem and what to do about it
   * @throws DataException that error, where the label is none of the classes
   */
  int id(String label, BiFunction<String, String, DataException> error) {
    int id = names.indexOf(label);
    if (id < 0 && isWhole(label) && names.stream().noneMatch(Labels::isWhole)) {
      long number = Long.parseLong(label);
      id = number >= 0 && number < names.size() ? (int) number : -1;
      if (id < 0) {
        throw error.apply(
            "the label " + label + " is outside 0 to " + (names.size() - 1),
            "Correct it, or name all labels in data.labels; known are " + known());
      }
    }
    if (id < 0) {
      throw error.apply(
          "the label '" + label + "' is unknown; known are " + known(),
          NearMiss.of(label, names).stream()
              .findFirst()
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("Correct it, or name all labels in data.labels"));
    }
    return id;
  }

  private String known() {
    return names.size() > MOST_LISTED
        ? Names.listed(names.subList(0, MOST_LISTED)) + ", … (" + names.size() + ")"
        : Names.listed(names);
  }

  private static Labels ofNumbers(Set<String> found) {
    List<Long> sorted = found.stream().map(Long::valueOf).distinct().sorted().toList();
    boolean ids = sorted.get(0) == 0 && sorted.get(sorted.size() - 1) == sorted.size() - 1;
    return new Labels(
        ids
            ? IntStream.range(0, sorted.size()).mapToObj(i -> "LABEL_" + i).toList()
            : sorted.stream().map(String::valueOf).toList());
  }

  private static boolean isWhole(String label) {
    return WHOLE.matcher(label).matches();
  }

  private static boolean isDecimal(String label) {
    return DECIMAL.matcher(label).matches();
  }

  private static boolean isNumber(String label) {
    return isWhole(label) || isDecimal(label);
  }
}
