package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a spec was read from: its file, the lines of its keys, and the values that were read. Two
 * origins are equal if the same values were read for the same folder: the name of the file, and
 * where in it a key stood, say nothing about the run.
 */
public final class Origin {
  private static final Pattern NAMES_A_FILE = Pattern.compile("base|.*\\.(file|labels|start_from)");

  private final FileTypes files;
  private final Path file;
  private final Map<String, Place> places;
  private final Mapping values;

  Origin(FileTypes files, Path file, Map<String, Place> places, Mapping values) {
    this.files = files;
    this.file = file;
    this.places = Map.copyOf(places);
    this.values = values;
  }

  /** The folder that the paths in the spec are relative to. */
  public Path folder() {
    return files.folder();
  }

  /** What the coordinates in the spec stood for. */
  public Map<String, Sources.Fetched> fetched() {
    return files.sources().fetched();
  }

  /** What the spec names by coordinates, fetched or not, by their keys. */
  public List<Coordinate> coordinates() {
    return values.flat().entrySet().stream()
        .filter(value -> NAMES_A_FILE.matcher(value.getKey()).matches())
        .filter(value -> Sources.isCoordinate(value.getValue()))
        .map(value -> coordinate(value.getKey(), value.getValue()))
        .toList();
  }

  private Coordinate coordinate(String key, String text) {
    Problem place = Reading.problem(String.valueOf(file.getFileName()), places, key, "", "");
    Coordinate.Kind kind =
        switch (key) {
          case "base" -> Coordinate.Kind.MODEL;
          case "training.start_from" -> Coordinate.Kind.ADAPTER;
          default -> Coordinate.Kind.FILE_OR_FOLDER;
        };
    return new Coordinate(place.file(), place.line(), key, text, kind, "");
  }

  /**
   * The key whose value leads to a file: the file's own, or that of a folder around it. Of several
   * the one that says most of the path.
   *
   * @param text begins with the path
   */
  Optional<Naming> naming(String text) {
    return values.flat().entrySet().stream()
        .filter(value -> NAMES_A_FILE.matcher(value.getKey()).matches())
        .flatMap(value -> naming(value.getKey(), value.getValue(), text).stream())
        .reduce((one, other) -> other.path.length() > one.path.length() ? other : one);
  }

  /**
   * A key that names a file.
   *
   * @param path where that is on this machine
   */
  record Naming(String key, String asWritten, String path) {
    /** A text that begins with the path, with what the spec has instead. */
    String shortened(String text) {
      return asWritten + text.substring(path.length());
    }

    /** The section that the key is in. */
    String section() {
      return key.substring(0, Math.max(0, key.lastIndexOf('.')));
    }
  }

  private Optional<Naming> naming(String key, String asWritten, String text) {
    try {
      String path =
          files
              .sources()
              .find(asWritten)
              .map(Sources.Fetched::path)
              .orElseGet(() -> folder().resolve(asWritten))
              .toString();
      boolean leads =
          text.startsWith(path) && text.substring(path.length()).matches("(?s)[:,/\\\\].*");
      return leads ? Optional.of(new Naming(key, asWritten, path)) : Optional.empty();
    } catch (InvalidPathException e) { // a list of labels, say
      return Optional.empty();
    }
  }

  /** The key of a section that names a column: alone, in a list, or in a template. */
  Optional<String> naming(String section, String column) {
    return values.flat().entrySet().stream()
        .filter(value -> value.getKey().startsWith(section + "."))
        .filter(
            value ->
                value.getValue().equals(column)
                    || value.getValue().contains('"' + column + '"')
                    || value.getValue().contains('{' + column + '}'))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The spec file, as it was named when it was read. */
  public Path file() {
    return file;
  }

  Map<String, Place> places() {
    return places;
  }

  /** Every value, defaults written out. */
  Mapping values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Origin origin
        && folder().equals(origin.folder())
        && values.equals(origin.values);
  }

  @Override
  public int hashCode() {
    return 31 * folder().hashCode() + values.hashCode();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
