package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.data.Column;
import io.github.cola4j.data.Conversations;
import io.github.cola4j.data.DataException;
import io.github.cola4j.data.ImageFolders;
import io.github.cola4j.data.Row;
import io.github.cola4j.data.RowSource;
import io.github.cola4j.data.TableFormat;
import io.github.cola4j.data.TableReader;
import io.github.cola4j.data.TextLines;
import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.SplitSpec;
import io.github.cola4j.spec.Task;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a finished run is asked, one question after the other; may be read any number of times. */
@FunctionalInterface
interface Questions {
  /** How a file of lines is called. */
  String LINES = "txt";

  /** The first question is next. */
  Reading open();

  /** Questions, one after the other. */
  interface Reading extends Closeable {
    /**
     * The next one; null behind the last.
     *
     * @throws DataException for a row that cannot be asked about, with file and line
     */
    Question next();

    @Override
    void close();
  }

  /** Some that are held in memory. */
  static Questions of(List<Question> all) {
    return () -> {
      Iterator<Question> left = all.iterator();
      return new Reading() {
        @Override
        public Question next() {
          return left.hasNext() ? left.next() : null;
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };
    };
  }

  /**
   * Texts as they are given.
   *
   * @param rows lists of texts, one for each column that the run read
   * @throws RunException if they are more or fewer, or empty
   */
  static Questions ofTexts(FinishedRun run, JsonNode rows) {
    List<Question> all = new ArrayList<>();
    for (JsonNode row : rows) {
      List<String> texts = new ArrayList<>();
      row.forEach(text -> texts.add(text.asText()));
      run.requireColumns(texts.size());
      ObjectNode told = JsonNodeFactory.instance.objectNode();
      ObjectNode input = told.putObject("input");
      for (String column : run.columns()) {
        input.put(column, texts.get(input.size()));
      }
      all.add(text(run, null, 0, asked(run, texts), told));
    }
    return of(all);
  }

  /**
   * Images.
   *
   * @param files their paths
   */
  static Questions ofImages(JsonNode files) {
    List<Question> all = new ArrayList<>();
    files.forEach(file -> all.add(image(Path.of(file.asText()), file.asText())));
    return of(all);
  }

  /**
   * What stands in a file: a table with the columns that the run read, a text on each line, or, for
   * a run that learned images, a path on each line; or a folder of images.
   *
   * @param format {@code txt}, {@code tsv}, {@code csv}, {@code jsonl} or {@code json}; by default
   *     what the file's name says
   * @param images what the paths in a list of images are relative to
   * @throws DataException if there is no such file, or nobody knows how to read it
   * @throws RunException if it has not what the run was trained on
   */
  static Questions ofFile(FinishedRun run, Path file, Optional<String> format, Path images) {
    boolean pictures = run.spec().task() == Task.IMAGE_CLASSIFICATION;
    if (pictures && Files.isDirectory(file)) {
      return of(
          ImageFolders.all(file).stream()
              .map(image -> image(image, file.relativize(image).toString().replace('\\', '/')))
              .toList());
    }
    if (!Files.exists(file)) {
      throw new DataException(file, 0, "no such file", "Check the path");
    }
    String written = format.orElseGet(() -> extension(file));
    boolean lines = written.equals(LINES);
    Optional<TableFormat> table =
        Arrays.stream(TableFormat.values())
            .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(written))
            .findFirst();
    if (pictures && !lines) {
      throw new DataException(
          file,
          0,
          "is no list of images",
          "Name a folder of images, or a .txt file with the path of one on each line");
    }
    if (!lines && table.isEmpty()) {
      throw new DataException(
          file,
          0,
          format.isPresent()
              ? "cannot be read as '" + written + "'"
              : "its name does not tell how it is written",
          "It can be txt, with a text on each line, or tsv, csv or jsonl, with the columns "
              + String.join(", ", run.columns()));
    }
    if (!pictures && lines && run.columns().size() > 1) {
      throw new RunException(
          "the run was trained on %s, and %s has one text on each line"
              .formatted(String.join(", ", run.columns()), file.getFileName()),
          "name a .tsv, .csv or .jsonl file with these columns");
    }
    return () -> new FileReading(run, file, table, images);
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith("." + LINES)
        ? LINES
        : TableFormat.of(file).map(known -> known.name().toLowerCase(Locale.ROOT)).orElse("");
  }

  /** The questions of a file. */
  final class FileReading implements Reading {
    private final FinishedRun run;
    private final Path file;
    private final boolean lines;
    private final Path images;
    private final RowSource rows;

    private FileReading(FinishedRun run, Path file, Optional<TableFormat> table, Path images) {
      this.run = run;
      this.file = file;
      this.images = images;
      lines = table.isEmpty();
      rows = lines ? new TextLines(file, lineName(run)) : table(run, file, table.get());
    }

    private static String lineName(FinishedRun run) {
      return run.spec().task() == Task.IMAGE_CLASSIFICATION ? "image" : run.columns().get(0);
    }

    private static RowSource table(FinishedRun run, Path file, TableFormat format) {
      SplitSpec train = run.spec().data().train();
      boolean asTrained =
          train.format().filter(known -> known.name().equals(format.name())).isPresent();
      boolean chat = train.columns() instanceof ColumnsSpec.Chat;
      List<Column> columns =
          run.columns().stream()
              .map(chat ? Column::json : (String name) -> Column.text(name))
              .toList();
      try {
        return TableReader.open(
            file, format, asTrained ? train.quotes() : format.quotesByDefault(), columns);
      } catch (DataException e) {
        throw new RunException(
            e.getMessage(), "the run was trained on: " + String.join(", ", run.columns()));
      }
    }

    @Override
    public Question next() {
      Row row = rows.next();
      if (row == null) {
        return null;
      }
      if (run.spec().task() == Task.IMAGE_CLASSIFICATION) {
        String written = row.values().get(0).strip();
        Question image = image(images.resolve(written), written);
        if (!Files.isRegularFile(Path.of(image.asked().get(0)))) {
          throw new DataException(
              file, row.line(), "there is no image " + written, "Check the path");
        }
        return image;
      }
      ObjectNode told = JsonNodeFactory.instance.objectNode().put("line", row.line());
      told.set("input", rows.whole());
      return text(run, file, row.line(), lines ? asked(run, row.values()) : row.values(), told);
    }

    @Override
    public void close() {
      try {
        rows.close();
      } catch (IOException e) {
        throw new CheckpointException(file, "cannot be closed: " + e.getMessage(), e);
      }
    }
  }

  private static Question image(Path file, String written) {
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("image", written);
    return new Question(file, 0, List.of(file.toString()), written, told);
  }

  /** Plain texts as a table of the run would hold them. */
  private static List<String> asked(FinishedRun run, List<String> texts) {
    if (!(run.spec().data().train().columns() instanceof ColumnsSpec.Chat)) {
      return texts;
    }
    return List.of(
        JsonNodeFactory.instance
            .arrayNode()
            .add(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("role", "user")
                    .put("content", texts.get(0)))
            .toString());
  }

  private static Question text(
      FinishedRun run, Path file, int line, List<String> asked, ObjectNode told) {
    List<String> words = new ArrayList<>();
    for (String column : run.columns()) {
      JsonNode value = told.path("input").path(column);
      words.add(value.isValueNode() ? value.asText() : value.toString());
    }
    if (asked.stream().allMatch(String::isBlank)) {
      String problem = "there is no text";
      throw file == null
          ? new RunException(problem, "give one that is not empty")
          : new DataException(
              file, line, problem, "Give one that is not empty, or leave the row out");
    }
    if (run.spec().data().train().columns() instanceof ColumnsSpec.Chat && file != null) {
      Conversations.question(asked.get(0), (what, fix) -> new DataException(file, line, what, fix));
    }
    return new Question(file, line, asked, String.join(" | ", words), told);
  }
}
