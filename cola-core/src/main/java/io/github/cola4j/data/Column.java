package io.github.cola4j.data;

/**
 * A column that is read from a table.
 *
 * @param name its name in the file
 * @param kind what may stand in it
 */
public record Column(String name, Kind kind) {
  /** What may stand in a column. */
  public enum Kind {
    /** Text, taken as it is; it may be empty. In JSON it must be a string. */
    TEXT,
    /**
     * A class or a number, without the blanks around it; never empty. In JSON no list or object.
     */
    LABEL,
    /** The name of the user whose row it is, read like a label. */
    OWNER,
    /** JSON, taken over as its text. In a table of fields the field holds that text. */
    JSON
  }

  public static Column text(String name) {
    return new Column(name, Kind.TEXT);
  }

  public static Column label(String name) {
    return new Column(name, Kind.LABEL);
  }

  public static Column owner(String name) {
    return new Column(name, Kind.OWNER);
  }

  public static Column json(String name) {
    return new Column(name, Kind.JSON);
  }
}
