package io.github.cola4j.spec;

/** A coordinate of something that is not on this machine yet. */
final class Unfetched extends Unfit {
  private final String text;
  private final Coordinate.Kind kind;

  Unfetched(String text, Coordinate.Kind kind) {
    super("\"" + text + "\" has not been fetched", "fetch it first");
    this.text = text;
    this.kind = kind;
  }

  String text() {
    return text;
  }

  Coordinate.Kind kind() {
    return kind;
  }
}
