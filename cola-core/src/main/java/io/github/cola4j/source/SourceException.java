package io.github.cola4j.source;

/** Something that cannot be fetched. */
public final class SourceException extends RuntimeException {
  private final String found;
  private final String fix;

  /**
   * @param found what went wrong, without a full stop
   * @param fix what to do about it, in the imperative
   */
  public SourceException(String found, String fix, Throwable cause) {
    super(found + "; " + fix, cause);
    this.found = found;
    this.fix = fix;
  }

  public SourceException(String found, String fix) {
    this(found, fix, null);
  }

  /** What went wrong, without a full stop. */
  public String found() {
    return found;
  }

  /** What to do about it, in the imperative. */
  public String fix() {
    return fix;
  }
}
