package io.github.cola4j.spec;

/** A value that its key cannot take: what was found, and what to write instead. */
class Unfit extends Exception {
  private final String found;
  private final String fix;

  Unfit(String found, String fix) {
    super(found + "; " + fix);
    this.found = found;
    this.fix = fix;
  }

  /** The usual case: another kind of value, or one beyond the limits. */
  static Unfit expected(String what, Node node) {
    return new Unfit("found " + node.shown(), "write " + what);
  }

  String found() {
    return found;
  }

  String fix() {
    return fix;
  }
}
