package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a spec was read from: its file, the lines of its keys, and the values that were read. Two
 * origins are equal if the same values were read for the same folder: the name of the file, and
 * where in it a key stood, say nothing about the run.
 */
public final class Origin {
  private final Path folder;
  private final Path file;
  private final Map<String, Place> places;
  private final Mapping values;

  Origin(Path folder, Path file, Map<String, Place> places, Mapping values) {
    this.folder = folder;
    this.file = file;
    this.places = Map.copyOf(places);
    this.values = values;
  }

  /** The folder that the paths in the spec are relative to. */
  public Path folder() {
    return folder;
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
        && folder.equals(origin.folder)
        && values.equals(origin.values);
  }

  @Override
  public int hashCode() {
    return 31 * folder.hashCode() + values.hashCode();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
