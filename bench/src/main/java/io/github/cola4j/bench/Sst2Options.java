package io.github.cola4j.bench;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of what trains low-rank adapters on SST-2, whatever is measured of it. */
final class Sst2Options {
  @Option(names = "--base", description = "Folder of the model, in Hugging Face's layout.")
  private Path base = Path.of("../models/minilm-l6");

  @Option(names = "--data", description = "Folder of train.tsv and test.tsv (sentence, label).")
  private Path data = Path.of("../data/sst2");

  @Option(names = "--rank", description = "Rank of the adapters; their alpha is 1.")
  int rank = 8;

  @Option(names = "--targets", arity = "1..*", description = "Modules that get adapters.")
  List<String> targets = List.of("query", "value");

  @Option(names = "--threads", description = "Threads of one tensor operation.")
  int threads = 2;

  @Option(names = "--seed", description = "Of the adapters and the order of the rows.")
  long seed;

  @Option(names = "--device", description = "auto, cpu, cuda or cuda:N.")
  String device = "cpu";

  void check(Checked checked) {
    checked.atLeast(1, "--rank", rank);
    checked.atLeast(1, "--threads", threads);
    checked.device(device);
  }

  String base() {
    return absolute(base);
  }

  String data() {
    return absolute(data);
  }

  static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
