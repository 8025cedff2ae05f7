package io.github.cola4j.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which names may become files below a folder. The rules of all systems hold on every one: a name
 * that is harmless here may be a device, a drive or a hidden stream where the cache is copied to.
 */
final class SafePath {
  private static final int LONGEST_SEGMENT = 255;
  private static final Pattern FORBIDDEN = Pattern.compile("[\\x00-\\x1f\\x7f<>:\"|?*]");
  private static final Pattern DEVICE =
      Pattern.compile(
          "(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9¹²³])\\s*(\\..*)?",
          Pattern.CASE_INSENSITIVE);

  private SafePath() {}

  /** What is wrong with a path, segments separated by slashes; empty if nothing is. */
  static Optional<String> complaint(String path) {
    if (path.startsWith("/")) {
      return Optional.of("it is absolute");
    }
    if (path.indexOf('\\') >= 0) {
      return Optional.of("it has a backslash");
    }
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty()) {
        return Optional.of("a part of it is empty");
      }
      if (segment.equals(".") || segment.equals("..")) {
        return Optional.of("it has a part \"" + segment + "\"");
      }
      if (FORBIDDEN.matcher(segment).find()) {
        return Optional.of("it has a character that Windows forbids in names");
      }
      if (segment.endsWith(".") || segment.endsWith(" ")) {
        return Optional.of("a part of it ends with a full stop or a space");
      }
      if (DEVICE.matcher(segment).matches()) {
        return Optional.of("\"" + segment + "\" is a device on Windows");
      }
      if (segment.length() > LONGEST_SEGMENT) {
        return Optional.of("a part of it is longer than " + LONGEST_SEGMENT + " characters");
      }
    }
    return Optional.empty();
  }
}
