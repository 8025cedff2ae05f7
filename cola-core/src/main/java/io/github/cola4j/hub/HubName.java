package io.github.cola4j.hub;

import io.github.cola4j.hub.HubException.Kind;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody wants from the hub, as written in a {@code cola.yaml}:
 *
 * <pre>
 * hf: [ models/ | datasets/ ] [ owner/ ] name [ @revision ] [ :file ]
 *
 * hf:name                                  a model without an owner, its branch main
 * hf:owner/name@v1.0                       a branch or a tag
 * hf:owner/name@refs/pr/3                  which may have slashes
 * hf:owner/name@0123…cdef                  a commit, 40 hexadecimal digits: always the same bytes
 * hf:datasets/owner/name@main:data/train.csv   one file of a data set
 * </pre>
 *
 * <p>The revision goes as far as the first colon (no name in git has one), the file as far as the
 * end.
 *
 * @param type model or data set
 * @param repository {@code name} or {@code owner/name}
 * @param revision a branch, a tag or a commit; {@code main} where none was written
 * @param file a file inside, folders separated by slashes, if one was written
 */
public record HubName(Type type, String repository, String revision, Optional<String> file) {
  /** What the hub keeps. */
  public enum Type {
    MODEL("models", ""),
    DATASET("datasets", "datasets/");

    /** As in the addresses of the hub's API, and in names of folders of the cache. */
    final String plural;

    /** Before a repository's name, in addresses of pages and files. */
    final String prefix;

    Type(String plural, String prefix) {
      this.plural = plural;
      this.prefix = prefix;
    }
  }

  private static final String SCHEME = "hf:";
  private static final String MAIN = "main";
  private static final String EXAMPLE = "hf:owner/name@revision";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final int LONGEST_PART = 96;

  /** One part of a repository's name. Its first and last characters are letters or digits. */
  private static final Pattern PART = Pattern.compile("\\w|\\w[\\w.-]*\\w");

  /** What git forbids in the names of branches and tags. */
  private static final Pattern NO_REVISION =
      Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\]|\\.\\.|@\\{|(^|/)\\.|\\.lock(/|$)|[/.]$|^$");

  /**
   * @throws HubException of kind BAD_NAME
   */
  public HubName {
    Objects.requireNonNull(type);
    String text = SCHEME + type.prefix + repository;
    checkRepository(text, repository);
    if (NO_REVISION.matcher(revision).find() || SafePath.complaint(revision).isPresent()) {
      throw bad(
          text + "@" + revision,
          "\"" + revision + "\" cannot be a branch, a tag or a commit",
          "write the revision as the hub shows it, such as main, v1.0 or a commit's 40 digits");
    }
    file.ifPresent(
        path ->
            SafePath.complaint(path)
                .ifPresent(
                    complaint -> {
                      throw bad(
                          text + "@" + revision + ":" + path,
                          "the file's name is refused: " + complaint,
                          "write the file's path as the hub lists it, such as data/train.csv");
                    }));
  }

  /** Whether a text means something on the hub, rather than a file here. */
  public static boolean matches(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * Reads a name.
   *
   * @throws HubException of kind BAD_NAME, saying what is wrong and how it should be
   */
  public static HubName parse(String text) {
    if (!matches(text)) {
      throw bad(text, "it does not begin with hf:", "write " + EXAMPLE);
    }
    String rest = text.substring(SCHEME.length());
    if (rest.startsWith("//")) {
      throw bad(text, "it begins with slashes", "write " + EXAMPLE + ", without //");
    }
    Type type = Type.MODEL;
    if (rest.startsWith("datasets/")) {
      type = Type.DATASET;
      rest = rest.substring("datasets/".length());
    } else if (rest.startsWith("models/")) {
      rest = rest.substring("models/".length());
    } else if (rest.startsWith("spaces/")) {
      throw bad(text, "a space is neither model nor data", "name the model or data set it uses");
    }
    int colon = rest.indexOf(':');
    Optional<String> file = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
    String location = colon < 0 ? rest : rest.substring(0, colon);
    int at = location.indexOf('@');
    String revision = at < 0 ? MAIN : location.substring(at + 1);
    return new HubName(type, at < 0 ? location : location.substring(0, at), revision, file);
  }

  /** Whether the revision is a commit, whose content never changes. */
  public boolean pinned() {
    return isCommit(revision);
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** The same repository and file at another revision, as a lock file would have it. */
  public HubName at(String otherRevision) {
    return new HubName(type, repository, otherRevision, file);
  }

  /** The name in full, with its revision; {@link #parse} reads it back. */
  @Override
  public String toString() {
    return SCHEME
        + type.prefix
        + repository
        + "@"
        + revision
        + file.map(path -> ":" + path).orElse("");
  }

  private static void checkRepository(String text, String repository) {
    String[] parts = repository.split("/", -1);
    if (parts.length > 2) {
      Matcher inside = Pattern.compile("([^/]+/[^/]+)/(.+)").matcher(repository);
      String fix =
          inside.matches()
              ? "if \""
                  + inside.group(2)
                  + "\" is a file inside, write a colon before it: "
                  + text.substring(0, text.length() - repository.length())
                  + inside.group(1)
                  + ":"
                  + inside.group(2)
              : "write " + EXAMPLE;
      throw bad(text, "it has more than an owner and a name", fix);
    }
    for (String part : parts) {
      if (part.isEmpty()) {
        throw bad(text, "the owner or the name is missing", "write " + EXAMPLE);
      }
      if (!PART.matcher(part).matches()
          || part.length() > LONGEST_PART
          || part.contains("--")
          || part.contains("..")
          || part.endsWith(".git")) {
        throw bad(
            text,
            "\"" + part + "\" cannot be a name on the hub",
            "copy the name from the repository's page: letters, digits, \"-\", \"_\" and \".\","
                + " at most "
                + LONGEST_PART
                + ", without \"--\", \"..\" and \".git\" at the end");
      }
    }
  }

  private static HubException bad(String text, String problem, String fix) {
    return new HubException(
        Kind.BAD_NAME, "\"" + text + "\" is no name of the hub: " + problem, fix);
  }
}
