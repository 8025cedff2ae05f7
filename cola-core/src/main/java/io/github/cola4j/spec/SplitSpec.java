package io.github.cola4j.spec;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One file of rows, a section such as {@code data.train}.
 *
 * @param file {@code file}: the file, relative to the spec's folder; required
 * @param text {@code text}: the column of the text, or a list of two columns for pairs; required
 * @param label {@code label}: the column of the label; default {@code label}
 * @param limit {@code limit}: only the first so many rows are taken; all by default
 * @param format {@code format}: {@code tsv}, {@code csv} or {@code jsonl}; by default what the
 *     file's extension says
 * @param quotes {@code quotes}: whether a field in double quotes may hold separators and line ends;
 *     default true for {@code csv} and false for {@code tsv}, where a quote is a letter like any
 *     other (GLUE's files are written so). Has no meaning for {@code jsonl}, and is false there
 */
public record SplitSpec(
    FileRef file,
    List<String> text,
    String label,
    Optional<Integer> limit,
    Format format,
    boolean quotes) {
  /** How rows are written in a file. */
  public enum Format {
    /** Fields separated by tabs, their names in the first line. */
    TSV,
    /** Fields separated by commas, their names in the first line. */
    CSV,
    /** A JSON object on each line. */
    JSONL
  }

  static SplitSpec read(Section split) {
    return read(split, Optional.empty());
  }

  /** A split that takes what it does not say from another one. */
  static SplitSpec read(Section split, SplitSpec like) {
    return read(split, Optional.of(like));
  }

  private static SplitSpec read(Section split, Optional<SplitSpec> like) {
    FileRef file =
        split.required("file", FileRef.file(split.folder()), "the data file: .tsv, .csv or .jsonl");
    List<String> text = text(split, like);
    String label = split.value("label", Type.name(), like.map(SplitSpec::label).orElse("label"));
    if (text != null && text.contains(label)) {
      split.problem("label", "the column \"" + label + "\" holds the text", "name another column");
    }
    Optional<Integer> limit = split.optional("limit", Type.whole(Range.atLeast(1)));
    Format format = format(split, file, like.map(SplitSpec::format));
    return new SplitSpec(file, text, label, limit, format, quotes(split, format, like));
  }

  private static List<String> text(Section split, Optional<SplitSpec> like) {
    if (like.isEmpty()) {
      return split.required("text", columns(), "the column that holds the text, or two of them");
    }
    // Where the other split's text is wrong, that one problem is enough.
    List<String> usual = like.get().text;
    return usual == null
        ? split.optional("text", columns()).orElse(null)
        : split.value("text", columns(), usual);
  }

  private static Type<List<String>> columns() {
    Type<List<String>> names = Type.oneOrMore(Type.name());
    return new Type<>(
        node -> {
          List<String> columns = names.reader().read(node);
          if (columns.size() > 2) {
            throw new Unfit(
                "found " + columns.size() + " columns", "name one, or two for pairs of texts");
          }
          return columns;
        },
        names.writer());
  }

  private static Format format(Section split, FileRef file, Optional<Format> like) {
    Type<Format> formats = Type.choice(Format.class);
    Optional<Format> usual = file == null ? like : ofName(file.asWritten()).or(() -> like);
    if (usual.isPresent()) {
      return split.value("format", formats, usual.get());
    }
    if (file == null) {
      return split.optional("format", formats).orElse(null);
    }
    return split.required(
        "format", formats, "format: tsv, csv or jsonl; the file's name does not say");
  }

  private static Optional<Format> ofName(String file) {
    String extension = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (extension) {
      case "tsv" -> Optional.of(Format.TSV);
      case "csv" -> Optional.of(Format.CSV);
      case "jsonl", "json", "ndjson" -> Optional.of(Format.JSONL);
      default -> Optional.empty();
    };
  }

  private static boolean quotes(Section split, Format format, Optional<SplitSpec> like) {
    if (format == Format.JSONL) {
      split.refuse("quotes", "has no meaning with format: jsonl", "remove it");
      return false;
    }
    boolean usual =
        like.filter(other -> other.format == format)
            .map(SplitSpec::quotes)
            .orElse(format == Format.CSV);
    return split.value("quotes", Type.flag(), usual);
  }
}
