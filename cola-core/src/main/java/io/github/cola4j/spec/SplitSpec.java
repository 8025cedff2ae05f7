package io.github.cola4j.spec;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One file of rows, a section such as {@code data.train}.
 *
 * @param file {@code file}: the file, relative to the spec's folder; required
 * @param format {@code format}: {@code tsv}, {@code csv}, {@code jsonl} or, for {@code causal-lm},
 *     {@code text}; by default what the file's extension says
 * @param quotes {@code quotes}: whether a field in double quotes may hold separators and line ends;
 *     default true for {@code csv} and false for {@code tsv}, where a quote is a letter like any
 *     other (GLUE's files are written so). Has no meaning for other formats, and is false there
 * @param columns which columns hold what; their keys stand beside {@code file} and are the task's
 * @param limit {@code limit}: only the first so many rows are taken (of a file of {@code format:
 *     text}: blocks); all by default
 */
public record SplitSpec(
    FileRef file, Format format, boolean quotes, ColumnsSpec columns, Optional<Integer> limit) {
  /** How rows are written in a file. */
  public enum Format {
    /** Fields separated by tabs, their names in the first line. */
    TSV,
    /** Fields separated by commas, their names in the first line. */
    CSV,
    /** A JSON object on each line. */
    JSONL,
    /** Plain text without columns, all of it one document. */
    TEXT
  }

  static SplitSpec read(Section split, Task task) {
    return read(split, task, Optional.empty());
  }

  /** A split that takes what it does not say from another one. */
  static SplitSpec read(Section split, Task task, SplitSpec like) {
    return read(split, task, Optional.of(like));
  }

  private static SplitSpec read(Section split, Task task, Optional<SplitSpec> like) {
    List<Format> formats = formats(task);
    FileRef file =
        split.required(
            "file", FileRef.file(split.folder()), "the data file: " + listed(".", formats));
    Format format = format(split, formats, file, like.map(SplitSpec::format));
    boolean quotes = quotes(split, format, like);
    ColumnsSpec columns = ColumnsSpec.read(split, task, format, like);
    return new SplitSpec(
        file, format, quotes, columns, split.optional("limit", Type.whole(Range.atLeast(1))));
  }

  private static List<Format> formats(Task task) {
    return task == Task.CAUSAL_LM
        ? List.of(Format.values())
        : List.of(Format.TSV, Format.CSV, Format.JSONL);
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
      Section split, List<Format> formats, FileRef file, Optional<Format> like) {
    Type<Format> type =
        Type.choice(formats.stream().map(Type::word).toList())
            .as(word -> Format.valueOf(word.toUpperCase(Locale.ROOT)), Type::word);
    Optional<Format> usual =
        file == null ? like : ofName(file.asWritten()).filter(formats::contains).or(() -> like);
    if (usual.isPresent()) {
      return split.value("format", type, usual.get());
    }
    if (file == null || split.undecided()) {
      return split.optional("format", type).orElse(null);
    }
    return split.required(
        "format", type, "format: " + listed("", formats) + "; the file's name does not say");
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

  private static boolean quotes(Section split, Format format, Optional<SplitSpec> like) {
    if (format == Format.JSONL || format == Format.TEXT) {
      split.refuse("quotes", "has no meaning with format: " + Type.word(format), "remove it");
      return false;
    }
    boolean usual =
        like.filter(other -> other.format == format)
            .map(SplitSpec::quotes)
            .orElse(format == Format.CSV);
    return split.value("quotes", Type.flag(), usual);
  }
}
