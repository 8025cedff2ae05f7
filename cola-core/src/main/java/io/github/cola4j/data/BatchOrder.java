package io.github.cola4j.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Batches that a file states, so that two programs can train on the very same ones. */
public final class BatchOrder {
  private BatchOrder() {}

  /**
   * Reads the batches: a line for each step, with the numbers of its rows (from 0) and blanks
   * between them. A row may occur in several batches, as over several epochs.
   *
   * @param rows how many rows the data set has
   * @return the batches, a step each
   * @throws DataException with file and line: no such file, something that is no row's number, a
   *     row twice in one batch, a line without rows, no lines
   */
  public static List<int[]> read(Path file, int rows) {
    List<int[]> batches = new ArrayList<>();
    try (Utf8Lines lines = new Utf8Lines(file)) {
      for (String line; (line = lines.next()) != null; ) {
        batches.add(batch(file, lines.line(), line.strip(), rows));
      }
    } catch (IOException e) {
      throw new DataException(
          file, 0, "cannot be read (" + e.getMessage() + ")", "Check the file and its rights");
    }
    if (batches.isEmpty()) {
      throw new DataException(file, 0, "holds no batches", "Write a line of row numbers per step");
    }
    return batches;
  }

  private static int[] batch(Path file, int line, String text, int rows) {
    if (text.isEmpty()) {
      throw new DataException(file, line, "names no rows", "Name a row or take the line out");
    }
    String[] words = text.split("\\s+");
    int[] batch = new int[words.length];
    for (int i = 0; i < words.length; i++) {
      batch[i] = row(file, line, words[i], rows);
      for (int j = 0; j < i; j++) {
        if (batch[j] == batch[i]) {
          throw new DataException(
              file, line, "names row " + batch[i] + " twice", "Name a row once in a batch");
        }
      }
    }
    return batch;
  }

  private static int row(Path file, int line, String word, int rows) {
    try {
      int row = Integer.parseInt(word);
      if (row >= 0 && row < rows) {
        return row;
      }
    } catch (NumberFormatException e) {
      // The same to the user as a number that is out of range.
    }
    throw new DataException(
        file, line, "'" + word + "' is no row of the data set", "Its rows are 0 to " + (rows - 1));
  }
}
