package io.github.cola4j.spec;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.spec.Node.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file or folder that a spec names.
 *
 * @param asWritten the path as it stands in the spec, relative to the spec's folder; one that was
 *     absolute there is relative here, so that what is written for others holds no absolute path;
 *     or a coordinate
 * @param path where it is on this machine
 */
public record FileRef(String asWritten, Path path) {
  private static final int LISTED = 10_000;

  /** The file that a text names, seen from a folder. */
  static FileRef resolve(Path folder, String text) throws Unfit {
    if (text.equals("~") || text.startsWith("~/") || text.startsWith("~\\")) {
      throw new Unfit("\"" + text + "\": ~ is not expanded", "write the path without it");
    }
    try {
      Path path = folder.resolve(text);
      if (!Path.of(text).isAbsolute()) {
        return new FileRef(text, path);
      }
      Path from = Files.isDirectory(folder) ? folder.toRealPath() : folder;
      String relative = from.relativize(path).toString().replace('\\', '/');
      return new FileRef(relative.isEmpty() ? "." : relative, folder.resolve(relative));
    } catch (InvalidPathException e) {
      throw new Unfit(Scalar.of(text).shown() + " is no path", "remove what no file name can hold");
    } catch (IllegalArgumentException | IOException e) {
      throw new Unfit(
          "\"" + text + "\" cannot be reached from the spec's folder",
          "keep both on the same drive, and write a relative path");
    }
  }

  static void mustExist(String text, Path path) throws Unfit {
    if (Files.exists(path)) {
      return;
    }
    if (text.indexOf('\\') >= 0 || text.chars().anyMatch(Character::isISOControl)) {
      throw new Unfit(
          Scalar.of(text).shown() + " does not exist",
          "write / where the path has \\: it serves on every system, Windows too");
    }
    Path missing = path;
    while (missing.getParent() != null && !Files.exists(missing.getParent())) {
      missing = missing.getParent();
    }
    List<String> near = List.of();
    if (missing.getParent() != null) {
      Path folder = missing.getParent();
      Path rest = missing.relativize(path);
      near =
          NearMiss.of(missing.getFileName().toString(), names(folder)).stream()
              .map(name -> folder.resolve(name).resolve(rest))
              .filter(Files::exists)
              .map(found -> beside(text, path, found))
              .toList();
    }
    throw new Unfit(
        "\"" + text + "\" does not exist",
        near.isEmpty()
            ? "paths are relative to the folder of the spec"
            : near.stream()
                .map(name -> '"' + name + '"')
                .collect(Collectors.joining(" or ", "did you mean ", "?")));
  }

  /** Another path, written as the text is that led to the first one. */
  private static String beside(String text, Path path, Path other) {
    int written = Path.of(text).getNameCount();
    int unwritten = path.getNameCount() - written;
    return other.subpath(unwritten, other.getNameCount()).toString().replace('\\', '/');
  }

  static void mustBeReadable(String text, Path path) throws Unfit {
    if (!Files.isReadable(path)) {
      throw new Unfit("\"" + text + "\" may not be read", "change its permissions");
    }
  }

  /** The names in a folder, in order; none if it cannot be listed. */
  static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.limit(LISTED).map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
