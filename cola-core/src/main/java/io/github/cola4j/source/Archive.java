package io.github.cola4j.source;

import io.github.cola4j.advice.NearMiss;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An artifact that was unpacked.
 *
 * @param name of the artifact
 * @param folder what it holds
 */
record Archive(MavenName name, Path folder) {
  private static final int LISTED = 5;

  /**
   * Unpacks an archive, unless that was done before. Another file of the same name (a snapshot that
   * was built again) gets a folder of its own.
   *
   * @param cache where; several processes may use it at the same time
   * @throws SourceException if it cannot be unpacked; nothing is left behind then
   */
  static Archive unpack(Path file, MavenName name, Path cache) {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      Path folder =
          cache
              .resolve(name.groupId())
              .resolve(name.artifactId())
              .resolve(
                  "%s-%x-%x"
                      .formatted(file.getFileName(), is.size(), is.lastModifiedTime().toMillis()));
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder.getParent());
        Path partial =
            Files.createDirectory(folder.resolveSibling(".unpacking-" + UUID.randomUUID()));
        try {
          extract(file, partial);
          moveInto(partial, folder);
        } finally {
          delete(partial);
        }
      }
      return new Archive(name, folder);
    } catch (ZipException e) {
      throw new SourceException(
          file + " is no whole archive (" + e.getMessage() + ")",
          "delete it, so that it is downloaded again, or publish it anew",
          e);
    } catch (IOException | UncheckedIOException e) {
      throw new SourceException(
          file + " cannot be unpacked into " + cache + " (" + e.getMessage() + ")",
          "make room there, and check its permissions",
          e);
    }
  }

  private static void extract(Path file, Path into) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path to = inside(into, entry.getName(), file);
        if (entry.isDirectory()) {
          Files.createDirectories(to);
        } else {
          Files.createDirectories(to.getParent());
          try (InputStream content = zip.getInputStream(entry)) {
            Files.copy(content, to);
          } catch (FileAlreadyExistsException e) {
            throw new ZipException("it has " + entry.getName() + " twice");
          }
        }
      }
    }
  }

  /** Where an entry goes. One that would go anywhere else is somebody's attack. */
  private static Path inside(Path into, String entry, Path file) throws ZipException {
    try {
      Path to = into.resolve(entry).normalize();
      if (to.startsWith(into) && !entry.contains("\\")) {
        return to;
      }
    } catch (InvalidPathException e) {
      // told below
    }
    throw new ZipException("its entry \"" + entry + "\" leads out of it");
  }

  private static void moveInto(Path partial, Path folder) throws IOException {
    try {
      Files.move(partial, folder);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) { // else another process was faster
        throw e;
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** A file or folder in it. */
  Path within(String path) {
    Path found = folder.resolve(path).normalize();
    if (!found.startsWith(folder) || !Files.exists(found)) {
      throw new SourceException(
          "%s has no \"%s\"".formatted(name.artifact(), path), NearMiss.advice(path, files()));
    }
    return found;
  }

  /** The folder of a model: the archive's root, or the one folder that has all of it. */
  Path model() {
    return folderOf(
        "config.json",
        "model",
        "publish config.json, model.safetensors and tokenizer.json as a zip");
  }

  /** The folder of an adapter, found in the same way. */
  Path adapter() {
    return folderOf(
        "adapter_config.json",
        "adapter",
        "publish adapter_config.json and adapter_model.safetensors as a zip, as cola:finetune does");
  }

  private Path folderOf(String config, String what, String otherwise) {
    if (Files.exists(folder.resolve(config))) {
      return folder;
    }
    List<String> found = files().stream().filter(file -> file.endsWith("/" + config)).toList();
    if (found.size() == 1) {
      return folder.resolve(found.get(0)).getParent();
    }
    throw new SourceException(
        name.artifact() + (found.isEmpty() ? " holds no " : " holds more than one ") + what,
        found.isEmpty() ? otherwise : "name one: !" + String.join(", !", parents(found)));
  }

  private static List<String> parents(List<String> files) {
    return files.stream().map(file -> file.substring(0, file.lastIndexOf('/'))).toList();
  }

  /** Its file, if it has but one. */
  Path onlyFile() {
    List<String> files = files().stream().filter(file -> !file.startsWith("META-INF/")).toList();
    if (files.size() == 1) {
      return folder.resolve(files.get(0));
    }
    String some = String.join(", ", files.subList(0, Math.min(LISTED, files.size())));
    throw new SourceException(
        "%s is an archive of %d files".formatted(name.artifact(), files.size()),
        files.isEmpty()
            ? "publish it with the data in it"
            : "name one of them behind an exclamation mark: !"
                + files.get(0)
                + "; it has "
                + some
                + (files.size() > LISTED ? ", …" : ""));
  }

  /** All its files, sorted, folders separated by slashes. */
  private List<String> files() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
