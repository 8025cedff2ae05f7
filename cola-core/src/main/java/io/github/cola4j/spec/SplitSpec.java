package io.github.cola4j.spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One file of rows, a section such as {@code data.train}.
 *
 * @param file {@code file}: the file, relative to the spec's folder, or a folder of pictures;
 *     required, but empty for a {@code data.train} that only says how the users' own files are
 *     written
 * @param format {@code format}: {@code tsv}, {@code csv}, {@code jsonl} or, for {@code causal-lm},
 *     {@code text}; for pictures {@code idx} or {@code folder}; by default what the file's
 *     extension says. Empty only where the file is
 * @param quotes {@code quotes}: whether a field in double quotes may hold separators and line ends;
 *     default true for {@code csv} and false for {@code tsv}, where a quote is a letter like any
 *     other (GLUE's files are written so). Has no meaning for other formats, and is false there
 * @param columns which columns hold what; their keys stand beside {@code file} and are the task's
 * @param limit {@code limit}: only the first so many rows are taken (of a file of {@code format:
 *     text}: blocks; of a folder: of all its classes together); all by default
 */
public record SplitSpec(
    Optional<FileRef> file,
    Optional<Format> format,
    boolean quotes,
    ColumnsSpec columns,
    Optional<Integer> limit) {
  /** How rows are written in a file. */
  public enum Format {
    /** Fields separated by tabs, their names in the first line. */
    TSV,
    /** Fields separated by commas, their names in the first line. */
    CSV,
    /** A JSON object on each line. */
    JSONL,
    /** Plain text without columns, all of it one document. */
    TEXT,
    /** Pictures and their labels in two files of MNIST's format, compressed by gzip or not. */
    IDX,
    /** PNG and JPEG files in a folder for each class. */
    FOLDER
  }

  /** Where the file is. */
  public Path path() {
    return file.orElseThrow(() -> new IllegalStateException("the users have files of their own"))
        .path();
  }

  static SplitSpec read(Section split, Task task) {
    return read(split, task, Optional.empty(), true);
  }

  /** A split that may lack a file, and says then how others are written. */
  static SplitSpec readWithOrWithoutFile(Section split, Task task) {
    return read(split, task, Optional.empty(), split.gives("file"));
  }

  /** A split that takes what it does not say from another one. */
  static SplitSpec read(Section split, Task task, SplitSpec like) {
    return read(split, task, Optional.of(like), true);
  }

  private static SplitSpec read(
      Section split, Task task, Optional<SplitSpec> like, boolean withFile) {
    List<Format> formats = split.undecided() ? List.of(Format.values()) : formats(task);
    Type<FileRef> type =
        task == Task.IMAGE_CLASSIFICATION || split.undecided()
            ? split.files().fileOrFolder()
            : split.files().file();
    FileRef file =
        withFile
            ? split.required("file", type, whatItIs(task))
            : split.optional("file", type).orElse(null);
    Optional<Format> usual =
        file == null
            ? like.flatMap(SplitSpec::format)
            : of(file, task).filter(formats::contains).or(() -> like.flatMap(SplitSpec::format));
    Format format = format(split, formats, file, usual);
    boolean quotes = quotes(split, format, like);
    ColumnsSpec columns = ColumnsSpec.read(split, task, format, like);
    return new SplitSpec(
        Optional.ofNullable(file),
        Optional.ofNullable(format),
        quotes,
        columns,
        split.optional("limit", Type.whole(Range.atLeast(1))));
  }

  /** What to write as {@code file}. */
  static String whatItIs(Task task) {
    return task == Task.IMAGE_CLASSIFICATION
        ? "the pictures: train-images-idx3-ubyte.gz, or a folder with a folder for each class"
        : "the data file: " + listed(".", formats(task));
  }

  private static List<Format> formats(Task task) {
    return switch (task) {
      case CAUSAL_LM -> List.of(Format.TSV, Format.CSV, Format.JSONL, Format.TEXT);
      case IMAGE_CLASSIFICATION -> List.of(Format.IDX, Format.FOLDER);
      default -> List.of(Format.TSV, Format.CSV, Format.JSONL);
    };
  }

  private static String listed(String before, List<Format> formats) {
    List<String> words =
        formats.stream()
            .map(format -> before + (before.isEmpty() ? Type.word(format) : extension(format)))
            .toList();
    int last = words.size() - 1;
    return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  private static String extension(Format format) {
    return format == Format.TEXT ? "txt" : Type.word(format);
  }

  private static Format format(
      Section split, List<Format> formats, FileRef file, Optional<Format> usual) {
    Type<Format> type =
        Type.choice(formats.stream().map(Type::word).toList())
            .as(word -> Format.valueOf(word.toUpperCase(Locale.ROOT)), Type::word);
    if (usual.isPresent()) {
      Format format = split.value("format", type, usual.get());
      boolean isFolder = usual.get() == Format.FOLDER;
      if (file != null && (format == Format.FOLDER) != isFolder) {
        split.problem(
            "format",
            "\"" + file.asWritten() + "\" is a " + (isFolder ? "folder" : "file"),
            isFolder
                ? "remove it, or name a file in the folder"
                : "remove it, or name a folder with a folder for each class");
      }
      return format;
    }
    if (file == null || split.undecided()) {
      return split.optional("format", type).orElse(null);
    }
    Optional<String> foreign = foreign(String.valueOf(file.path().getFileName()));
    if (foreign.isPresent() && !split.gives("format")) {
      split.problem(
          "file",
          '"' + file.asWritten() + "\" is " + foreign.get(),
          "save it as " + listed(".", formats));
      return null;
    }
    return split.required(
        "format", type, "format: " + listed("", formats) + "; the file's name does not say");
  }

  private static Optional<Format> of(FileRef file, Task task) {
    if (task != Task.IMAGE_CLASSIFICATION) {
      return ofName(String.valueOf(file.path().getFileName()));
    }
    return Files.exists(file.path())
        ? Optional.of(Files.isDirectory(file.path()) ? Format.FOLDER : Format.IDX)
        : Optional.empty();
  }

  private static Optional<Format> ofName(String file) {
    String extension = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (extension) {
      case "tsv" -> Optional.of(Format.TSV);
      case "csv" -> Optional.of(Format.CSV);
      case "jsonl", "json", "ndjson" -> Optional.of(Format.JSONL);
      case "txt" -> Optional.of(Format.TEXT);
      default -> Optional.empty();
    };
  }

  /** What a file is that no task reads, by its name. */
  private static Optional<String> foreign(String file) {
    String extension = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (extension) {
      case "parquet", "arrow" -> Optional.of("a table of Parquet or Arrow, which is not read");
      case "xlsx", "xls", "ods" -> Optional.of("a spreadsheet, which is not read");
      case "gz", "zip", "bz2", "xz", "zst" -> Optional.of("compressed, and not read so");
      default -> Optional.empty();
    };
  }

  private static boolean quotes(Section split, Format format, Optional<SplitSpec> like) {
    if (format != null && format != Format.TSV && format != Format.CSV) {
      split.refuse("quotes", "has no meaning with format: " + Type.word(format), "remove it");
      return false;
    }
    if (format == null) {
      if (!split.gives("file") && split.gives("quotes")) {
        split.problem("quotes", "of which format is not said", "write format: csv as well, or tsv");
      }
      return split.optional("quotes", Type.flag()).orElse(false);
    }
    boolean usual =
        like.filter(other -> other.format.equals(Optional.ofNullable(format)))
            .map(SplitSpec::quotes)
            .orElse(format == Format.CSV);
    return split.value("quotes", Type.flag(), usual);
  }
}
