package io.github.cola4j.bench;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of what trains low-rank adapters on SST-2, whatever is measured of it. */
final class Sst2Options {
  @Option(names = "--base", description = "Folder of the model, in Hugging Face's layout.")
  private Path base = Path.of("../models/minilm-l6");

  @Option(names = "--data", description = "Folder of the data.")
  private Path data = Path.of("../data/sst2");

  @Option(
      names = "--train",
      description = "File in it that is learned from: columns with tabs between them, named.")
  private String train = "train.tsv";

  @Option(names = "--test", description = "File in it that is measured on.")
  private String test = "test.tsv";

  @Option(
      names = "--text",
      arity = "1..2",
      description = "Column of the text, or the two columns of a pair of texts.")
  private List<String> text = List.of("sentence");

  @Option(names = "--label", description = "Column of the class, 0 or 1.")
  private String label = "label";

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
    if (text.size() > 2) {
      throw checked.problem("--text has %d columns; a text or a pair".formatted(text.size()));
    }
  }

  String base() {
    return absolute(base);
  }

  TextTable data() {
    return new TextTable(
        absolute(data.resolve(train)), absolute(data.resolve(test)), List.copyOf(text), label);
  }

  static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
