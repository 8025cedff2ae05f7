package io.github.cola4j.kernel.work;

import io.github.cola4j.kernel.notebook.CellError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Folders of runs: those of this notebook, and what lies where runs go by default. */
public final class RunFolders {
  private static final String SPEC = "spec.yaml";

  private final Path here;
  private final Set<Path> own = new LinkedHashSet<>();

  RunFolders(Path here) {
    this.here = here;
  }

  synchronized void add(Path folder) {
    own.add(folder);
  }

  /** All, sorted by their names. */
  public synchronized List<Path> all() {
    Set<Path> found = new LinkedHashSet<>();
    Path usual = here.resolve("target").resolve("cola");
    if (Files.isDirectory(usual)) {
      try (Stream<Path> folders = Files.list(usual)) {
        folders.forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    found.addAll(own);
    return found.stream()
        .filter(RunFolders::isRun)
        .sorted(Comparator.comparing(folder -> folder.getFileName().toString()))
        .toList();
  }

  Path find(Optional<String> named, Optional<Path> latest) {
    if (named.isEmpty()) {
      return latest
          .or(() -> all().size() == 1 ? Optional.of(all().get(0)) : Optional.empty())
          .orElseThrow(() -> CellError.perhaps("It is not clear which run is meant", choice()));
    }
    String name = named.get();
    Path folder = path(name);
    if (isRun(folder)) {
      return folder;
    }
    return all().stream()
        .filter(run -> run.getFileName().toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                CellError.perhaps(
                    Files.isDirectory(folder)
                        ? "The folder " + name + " is no run"
                        : "There is no run " + name,
                    choice()));
  }

  private Path path(String name) {
    try {
      return here.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw CellError.perhaps("\"" + name + "\" is no name of a run", choice());
    }
  }

  private static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(SPEC));
  }

  private String choice() {
    return all().isEmpty()
        ? "train one first (%%cola finetune)"
        : "name one: "
            + all().stream()
                .map(run -> run.getFileName().toString())
                .collect(Collectors.joining(", "));
  }
}
