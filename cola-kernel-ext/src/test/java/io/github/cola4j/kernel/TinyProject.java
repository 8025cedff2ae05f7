package io.github.cola4j.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** A folder with a tiny base and a few rows, in which a run takes seconds. */
public final class TinyProject {
  private static final Path GOLDEN =
      Path.of("..", "cola-core", "src", "test", "resources", "golden");

  private TinyProject() {}

  /** Fills a folder: {@code bert}, {@code llama}, {@code reviews.tsv}. */
  public static void make(Path folder) {
    try {
      copy(GOLDEN.resolve("bert").resolve("checkpoint"), folder.resolve("bert"));
      copy(GOLDEN.resolve("llama").resolve("checkpoint"), folder.resolve("llama"));
      StringBuilder rows = new StringBuilder("text\tlabel\n");
      for (int row = 0; row < 40; row++) {
        rows.append(
            String.format(
                Locale.ROOT,
                "%s\t%s%n",
                row % 2 == 0 ? "a fine and lovely film " + row : "a dull and tedious mess " + row,
                row % 2 == 0 ? "good" : "bad"));
      }
      Files.writeString(folder.resolve("reviews.tsv"), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A spec, with so many epochs. */
  public static String spec(int epochs) {
    return """
        base: bert
        data:
          train: {file: reviews.tsv, text: text}
          validation: {file: reviews.tsv}
          max_length: 32
        adapter: {target_modules: [query, value]}
        training: {epochs: %d, batch_size: 4, optimizer: {name: adamw, lr: 1e-3}}
        threads: 1
        device: cpu
        """
        .formatted(epochs);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
