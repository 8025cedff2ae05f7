package io.github.cola4j.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder as a user has it: a base, some data, and the spec that a test types. */
record SpecFolder(Path folder) {
  /** The least that a spec needs. */
  static final String LEAST =
      """
      base: bases/minilm
      data:
        train: {file: train.tsv, text: sentence}
      """;

  static SpecFolder in(Path root) {
    try {
      Path folder = Files.createDirectories(root.resolve("sentiment"));
      Files.createDirectories(folder.resolve("bases/minilm"));
      Files.createDirectories(folder.resolve("pictures/cats"));
      for (String file :
          List.of(
              "train.tsv",
              "test.tsv",
              "pairs.csv",
              "rows.jsonl",
              "rows.txt",
              "ann.tsv",
              "bob.csv",
              "images.gz",
              "labels.gz")) {
        Files.writeString(folder.resolve(file), "sentence\tlabel\nfine\t1\n");
      }
      return new SpecFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RunSpec read(String yaml) {
    return read(yaml, Map.of());
  }

  RunSpec read(String yaml, Map<String, String> overrides) {
    return RunSpec.parse(yaml, folder.resolve("cola.yaml"), overrides);
  }

  /** What a user is told about a text that is wrong; fails if nothing is. */
  String complaint(String yaml) {
    return complaint(yaml, Map.of());
  }

  String complaint(String yaml, Map<String, String> overrides) {
    try {
      RunSpec spec = read(yaml, overrides);
      throw new AssertionError("no complaint about\n" + yaml + "\n" + spec);
    } catch (SpecException e) {
      return e.getMessage();
    }
  }
}
