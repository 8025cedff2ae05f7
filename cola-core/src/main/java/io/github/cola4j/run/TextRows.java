package io.github.cola4j.run;

import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.LabelledTexts;
import io.github.cola4j.data.Labels;
import io.github.cola4j.data.Table;
import io.github.cola4j.data.TableReader;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SplitSpec;
import io.github.cola4j.spec.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The rows that a spec names, as the base sees them.
 *
 * @param labels the classes
 * @param train the rows to learn from
 * @param validation the rows to measure on, if there are
 */
record TextRows(Labels labels, Dataset train, Optional<Dataset> validation) {

  static TextRows read(RunSpec spec, BaseFolder base) {
    if (spec.task() != Task.SEQUENCE_CLASSIFICATION) {
      throw new RunException(
          "the task " + spec.task().key() + " cannot be trained yet",
          "write task: " + Task.SEQUENCE_CLASSIFICATION.key());
    }
    Table train = TableReader.read(spec.data().train());
    Optional<Table> validation = spec.data().validation().map(TableReader::read);
    ColumnsSpec.Labelled columns = columns(spec.data().train());
    Labels labels =
        spec.data().labels().isEmpty()
            ? Labels.of(train, columns.label())
            : new Labels(spec.data().labels());
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), spec.data().maxLength())) {
      return new TextRows(
          labels,
          LabelledTexts.classes(train, columns.text(), columns.label(), encoder, labels),
          validation.map(
              table -> {
                ColumnsSpec.Labelled own = columns(spec.data().validation().orElseThrow());
                return LabelledTexts.classes(table, own.text(), own.label(), encoder, labels);
              }));
    }
  }

  /** The columns of a split of texts with labels. */
  static ColumnsSpec.Labelled columns(SplitSpec split) {
    return (ColumnsSpec.Labelled) split.columns();
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
