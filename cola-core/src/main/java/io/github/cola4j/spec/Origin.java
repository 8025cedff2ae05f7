package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
