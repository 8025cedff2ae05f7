package io.github.cola4j.run;

import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.Labels;
import io.github.cola4j.data.Table;
import io.github.cola4j.data.TableFormat;
import io.github.cola4j.data.TableReader;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SplitSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The rows that a spec names, as the base sees them.
 *
 * @param labels the classes
 * @param train the rows to learn from
 * @param validation the rows to measure on, if there are
 */
record TextRows(Labels labels, Dataset train, Optional<Dataset> validation) {

  static TextRows read(RunSpec spec, BaseFolder base) {
    Table train = table(spec.data().train());
    Optional<Table> validation = spec.data().validation().map(TextRows::table);
    Labels labels =
        spec.data().labels().isEmpty() ? Labels.of(train) : new Labels(spec.data().labels());
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), spec.data().maxLength())) {
      return new TextRows(
          labels,
          Dataset.of(train, encoder, labels),
          validation.map(table -> Dataset.of(table, encoder, labels)));
    }
  }

  private static Table table(SplitSpec split) {
    return TableReader.read(
        split.file().path(),
        TableFormat.valueOf(split.format().name()),
        split.quotes(),
        split.text(),
        split.label(),
        split.limit().isPresent() ? OptionalInt.of(split.limit().get()) : OptionalInt.empty());
  }

  /** The text of a file of a run. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
