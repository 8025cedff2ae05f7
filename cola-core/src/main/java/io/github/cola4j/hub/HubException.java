package io.github.cola4j.hub;

/** Why the hub or its cache could not give what was asked for, and what to do about it. */
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, by what a user can do about it. */
  public enum Kind {
    /** The name is none; write another. */
    BAD_NAME,
    /** An environment variable or the token file says what cannot be; set it right. */
    BAD_SETTING,
    /** There is no such repository, revision or file; check the name. */
    NOT_FOUND,
    /** The hub wants a token, another token, or its terms accepted. */
    UNAUTHORISED,
    /** The hub does not answer, or not as a hub; check the network, or try later. */
    UNREACHABLE,
    /** What came is not what the hub announced; download again. */
    DAMAGED,
    /** The cache's disk has no room for it. */
    DISK_FULL,
    /** The cache cannot be read or written, for another reason. */
    CACHE,
    /** Offline, and the cache lacks it; download once with a network. */
    OFFLINE,
    /** The repository has a file whose name is not safe to write; use another repository. */
    REFUSED_PATH,
    /** The repository is there, but has not what this project can use. */
    UNSUITABLE,
    /** The thread was interrupted; run again, and it goes on where it stopped. */
    INTERRUPTED
  }

  private final Kind kind;
  private final String problem;
  private final String fix;

  HubException(Kind kind, String problem, String fix) {
    this(kind, problem, fix, null);
  }

  HubException(Kind kind, String problem, String fix, Throwable cause) {
    super(problem + "; " + fix, cause);
    this.kind = kind;
    this.problem = problem;
    this.fix = fix;
  }

  public Kind kind() {
    return kind;
  }

  /** What is wrong, without a full stop. */
  public String problem() {
    return problem;
  }

  /** What to do about it, in the imperative, without a full stop. */
  public String fix() {
    return fix;
  }
}
