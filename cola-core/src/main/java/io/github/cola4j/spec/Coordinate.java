package io.github.cola4j.spec;

/**
 * What a spec names that has to be fetched before it can be run.
 *
 * @param file the spec file's name, or {@code override} for a value given from outside the file
 * @param line the line of the key, counted from 1; 0 where no line can be named
 * @param key the key's full name, say {@code base}
 * @param text the coordinate as the spec has it, say {@code hf:owner/name@main}
 * @param kind what it must be
 * @param version the version that is wanted, as {@link Sources.Fetched} had it; empty for the one
 *     that the text stands for now
 */
public record Coordinate(
    String file, int line, String key, String text, Kind kind, String version) {
  /** What a key wants. */
  public enum Kind {
    /** A folder in Hugging Face's layout. */
    MODEL,
    /** A folder as PEFT has them. */
    ADAPTER,
    /** One file. */
    FILE,
    /** A file, or a folder of files. */
    FILE_OR_FOLDER;

    /** Whether it must be a folder that is known by what is in it. */
    public boolean isFolder() {
      return this == MODEL || this == ADAPTER;
    }
  }

  /** The same of a version; of the one that the text stands for now if it is empty. */
  public Coordinate at(String otherVersion) {
    return new Coordinate(file, line, key, text, kind, otherVersion);
  }

  /** Something that is wrong with it, told at its place in the spec. */
  public Problem problem(String found, String fix) {
    return new Problem(file, line, key, found, fix);
  }
}
