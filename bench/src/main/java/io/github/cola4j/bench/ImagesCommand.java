package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code images}: gradient learning beside back-propagation, which is its peer here. */
@Command(
    name = "images",
    showDefaultValues = true,
    description =
        "Trains an image model of the paper's from one start on the same batches twice, by"
            + " gradient learning and by back-propagation, and tells how far apart they are.")
final class ImagesCommand implements Bench.Measuring {
  @Spec private CommandSpec spec;

  @Option(
      names = "--architecture",
      required = true,
      description = "The base: ${COMPLETION-CANDIDATES}.")
  private Choice.Architecture architecture;

  @Option(
      names = "--hidden",
      arity = "1..*",
      description = "Sizes of its layers. Default: the paper's.")
  private List<Integer> hidden = List.of();

  @Option(
      names = "--adapter",
      required = true,
      description =
          "At all sites: ${COMPLETION-CANDIDATES}; linear has a bias, and so the freedom of full"
              + " fine-tuning.")
  private Choice.ImageAdapter adapter;

  @Option(names = "--rank", description = "Rank of low-rank adapters; their scale is 1.")
  private int rank = 8;

  @Option(
      names = "--merged",
      description = "Let gradient learning keep the adapters merged into the base.")
  private boolean merged;

  @Option(names = "--data", description = "Folder of MNIST's four files, packed by gzip.")
  private Path data = Path.of("examples/data/mnist");

  @Option(names = "--rows", description = "The first so many images are trained on.")
  private int rows = 8000;

  @Option(names = "--epochs", description = "How often they are gone through.")
  private int epochs = 10;

  @Option(names = "--batch", description = "Images of a batch.")
  private int batch = 256;

  @Option(
      names = "--optimizer",
      description =
          "${COMPLETION-CANDIDATES}: the paper's, with Nesterov's momentum 0.9, or AdamW; the"
              + " weight decay of both is 5e-4.")
  private Choice.Optimizer optimizer = Choice.Optimizer.SGD;

  @Option(
      names = "--learning-rate",
      description = "The highest; it falls by a cosine. Default: the paper's.")
  private double learningRate = 0.03;

  @Option(names = "--threads", description = "Threads of one tensor operation.")
  private int threads = 2;

  @Option(names = "--seed", description = "Of the base, the adapters and the order of the images.")
  private long seed;

  @Option(
      names = "--float64",
      description = "Compute in float64: what is left apart is no rounding that grew.")
  private boolean float64;

  @Option(names = "--device", description = "auto, cpu, cuda or cuda:N.")
  private String device = "cpu";

  @Override
  public ObjectNode call() {
    return Forked.run(ImagesJob.class, settings(), DeviceChoice.parse(device));
  }

  /** The options, checked. */
  ImagesSettings settings() {
    Checked checked = new Checked(spec);
    checked.atLeast(1, "--rank", rank);
    checked.atLeast(1, "--rows", rows);
    checked.atLeast(1, "--epochs", epochs);
    checked.atLeast(1, "--batch", batch);
    checked.above(0, "--learning-rate", learningRate);
    checked.atLeast(1, "--threads", threads);
    checked.device(device);
    hidden.forEach(size -> checked.atLeast(1, "--hidden", size));
    if (merged && adapter == Choice.ImageAdapter.MLP) {
      throw checked.problem(
          "--merged: an MLP is not linear in its input, so it cannot be; leave it out");
    }
    if (!hidden.isEmpty() && architecture == Choice.Architecture.LINEAR) {
      throw checked.problem("--hidden: a linear model has no hidden layers; leave it out");
    }
    return new ImagesSettings(
        data.toAbsolutePath().normalize().toString(),
        architecture.toString(),
        hidden,
        adapter.toString(),
        rank,
        merged,
        rows,
        epochs,
        batch,
        optimizer.toString(),
        learningRate,
        threads,
        seed,
        float64,
        device);
  }
}
