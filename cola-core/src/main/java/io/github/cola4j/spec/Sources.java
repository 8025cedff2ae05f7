package io.github.cola4j.spec;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where on this machine those files are that a spec names by coordinates, such as {@code
 * hf:owner/name@main} or {@code mvn:com.acme:reviews:1.0}.
 *
 * @param fetched by the text that the spec has: a coordinate, or a path that has moved
 * @param mustExist whether all the files that a spec names must be there. Not so for the spec of a
 *     run that is finished, whose data nobody needs any more
 */
public record Sources(Map<String, Fetched> fetched, boolean mustExist) {
  /** Nothing has been fetched yet. */
  public static final Sources NONE = new Sources(Map.of(), true);

  private static final Pattern COORDINATE = Pattern.compile("(hf|mvn):.*", Pattern.DOTALL);

  public Sources {
    fetched = Map.copyOf(fetched);
  }

  /**
   * What a coordinate stands for.
   *
   * @param path of the file or folder
   * @param version what exactly it is, where the coordinate leaves that open: the commit that a
   *     branch stood at, a snapshot's time; else the coordinate's own
   */
  public record Fetched(Path path, String version) {}

  /** Whether a text is a coordinate rather than a path. */
  public static boolean isCoordinate(String text) {
    return COORDINATE.matcher(text).matches();
  }

  Optional<Fetched> find(String text) {
    return Optional.ofNullable(fetched.get(text));
  }
}
