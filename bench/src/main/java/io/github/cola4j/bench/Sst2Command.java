package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sst2}: epochs on real data, the peer of {@code peft_sst2.py}. */
@Command(
    name = "sst2",
    showDefaultValues = true,
    description =
        "Measures epochs on SST-2, or on other rows of a text or a pair with one of two classes:"
            + " low-rank adapters and the head, AdamW, linear decay.")
final class Sst2Command implements Bench.Measuring {
  @Spec private CommandSpec spec;

  @Mixin private Sst2Options common;

  @Option(
      names = "--rows",
      description = "The first so many rows of the training file are trained on.")
  private int rows = 6000;

  @Option(names = "--epochs", description = "How often they are gone through.")
  private int epochs = 1;

  @Option(names = "--batch", description = "Rows of a batch.")
  private int batch = 32;

  @Option(names = "--lr", description = "Learning rate after the warm-up.")
  private double lr = 3e-3;

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
    return Forked.run(Sst2Job.class, settings(), DeviceChoice.parse(common.device));
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
    common.check(checked);
    return new Sst2Settings(
        common.base(),
        common.data(),
        rows,
        epochs,
        batch,
        lr,
        common.rank,
        common.targets,
        common.threads,
        common.seed,
        common.device,
        merged,
        order == null ? null : Sst2Options.absolute(order));
  }
}
