package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sst2}: epochs on real data, the peer of {@code peft_sst2.py}. */
@Command(
    name = "sst2",
    showDefaultValues = true,
    description = "Measures epochs on SST-2: low-rank adapters and the head, AdamW, linear decay.")
final class Sst2Command implements Bench.Measuring {
  @Spec private CommandSpec spec;

  @Option(names = "--base", description = "Folder of the model, in Hugging Face's layout.")
  private Path base = Path.of("../models/minilm-l6");

  @Option(names = "--data", description = "Folder of train.tsv and test.tsv (sentence, label).")
  private Path data = Path.of("../data/sst2");

  @Option(names = "--rows", description = "The first so many rows of train.tsv are trained on.")
  private int rows = 6000;

  @Option(names = "--epochs", description = "How often they are gone through.")
  private int epochs = 1;

  @Option(names = "--batch", description = "Rows of a batch.")
  private int batch = 32;

  @Option(names = "--lr", description = "Learning rate after the warm-up.")
  private double lr = 3e-3;

  @Option(names = "--rank", description = "Rank of the adapters; their alpha is 1.")
  private int rank = 8;

  @Option(names = "--targets", arity = "1..*", description = "Modules that get adapters.")
  private List<String> targets = List.of("query", "value");

  @Option(names = "--threads", description = "Threads of one tensor operation.")
  private int threads = 2;

  @Option(names = "--seed", description = "Of the adapters and the order of the rows.")
  private long seed;

  @Option(names = "--device", description = "auto, cpu, cuda or cuda:N.")
  private String device = "cpu";

  @Option(
      names = "--order",
      description =
          "File with a line per step: the numbers of its rows, from 0. The same file gives the"
              + " script the same batches. Default: shuffled by seed, otherwise than there.")
  private Path order;

  @Option(
      names = "--merged",
      description = "Keep the adapters merged into the base, so that the server pass is its alone.")
  private boolean merged;

  @Option(
      names = "--group-by-length",
      description = "Refused: rows are packed without padding, whatever stands beside them.")
  private boolean groupByLength;

  @Override
  public ObjectNode call() {
    return Forked.run(Sst2Job.class, settings(), DeviceChoice.parse(device));
  }

  /** The options, checked. */
  Sst2Settings settings() {
    Checked checked = new Checked(spec);
    if (groupByLength) {
      throw checked.problem(
          "--group-by-length changes the batches to save padding; here nothing is padded, so leave"
              + " it out");
    }
    checked.atLeast(1, "--rows", rows);
    checked.atLeast(1, "--epochs", epochs);
    checked.atLeast(1, "--batch", batch);
    checked.above(0, "--lr", lr);
    checked.atLeast(1, "--rank", rank);
    checked.atLeast(1, "--threads", threads);
    checked.device(device);
    return new Sst2Settings(
        absolute(base),
        absolute(data),
        rows,
        epochs,
        batch,
        lr,
        rank,
        targets,
        threads,
        seed,
        device,
        merged,
        order == null ? null : absolute(order));
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
