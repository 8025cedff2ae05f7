package io.github.cola4j.bench;

import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code users}: what time and memory a step takes, by the number of users. */
@Command(
    name = "users",
    showDefaultValues = true,
    description =
        "Measures training steps by the number of users: collaboration merged, alone unmerged; a"
            + " line for each of both and each number.")
final class UsersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--base", description = "Folder of the model, in Hugging Face's layout.")
  private Path base = Path.of("../models/minilm-l6");

  @Option(names = "--data", description = "Folder of train.tsv and test.tsv (sentence, label).")
  private Path data = Path.of("../data/sst2");

  @Option(names = "--users", arity = "1..*", description = "How many users, one after the other.")
  private List<Integer> users = List.of(1, 4, 16, 64);

  @Option(
      names = "--modes",
      arity = "1..*",
      description = "How they share the model, one after the other: ${COMPLETION-CANDIDATES}.")
  private List<Choice.Mode> modes = List.of(Choice.Mode.COLLABORATION, Choice.Mode.ALONE);

  @Option(names = "--batch", description = "Rows of a batch; users have them in turn.")
  private int batch = 32;

  @Option(names = "--steps", description = "How many steps are measured.")
  private int steps = 20;

  @Option(names = "--warmup", description = "How many steps go before them, unmeasured.")
  private int warmup = 3;

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
      names = "--cpu-time",
      description =
          "Measure the time that the thread had a processor, for machines that others use too; with"
              + " --threads 1 on the CPU.")
  private boolean cpuTime;

  @Override
  public Integer call() {
    for (UsersSettings settings : settings()) {
      spec.commandLine()
          .getOut()
          .println(Forked.run(UsersJob.class, settings, DeviceChoice.parse(device)));
    }
    return 0;
  }

  /** The options, checked; one for each line. */
  List<UsersSettings> settings() {
    Checked checked = new Checked(spec);
    users.forEach(number -> checked.atLeast(1, "--users", number));
    checked.atLeast(1, "--batch", batch);
    checked.atLeast(1, "--steps", steps);
    checked.atLeast(0, "--warmup", warmup);
    checked.atLeast(1, "--rank", rank);
    checked.atLeast(1, "--threads", threads);
    checked.device(device);
    if (cpuTime && (threads != 1 || !device.equals("cpu"))) {
      throw checked.problem("--cpu-time sees one thread: add --threads 1 --device cpu");
    }
    List<UsersSettings> all = new ArrayList<>();
    for (int number : users) {
      for (Choice.Mode mode : modes) {
        all.add(
            new UsersSettings(
                base.toAbsolutePath().normalize().toString(),
                data.toAbsolutePath().normalize().toString(),
                number,
                mode.toString(),
                mode != Choice.Mode.ALONE, // what a row passes through alone, no other does
                batch,
                steps,
                warmup,
                rank,
                targets,
                threads,
                seed,
                device,
                cpuTime));
      }
    }
    return all;
  }
}
