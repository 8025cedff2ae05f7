package io.github.cola4j.bench;

import io.github.cola4j.worker.DeviceChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private Sst2Options common;

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
          .println(Forked.run(UsersJob.class, settings, DeviceChoice.parse(common.device)));
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
    common.check(checked);
    if (cpuTime && (common.threads != 1 || !common.device.equals("cpu"))) {
      throw checked.problem("--cpu-time sees one thread: add --threads 1 --device cpu");
    }
    List<UsersSettings> all = new ArrayList<>();
    for (int number : users) {
      for (Choice.Mode mode : modes) {
        all.add(
            new UsersSettings(
                common.base(),
                common.data(),
                number,
                mode.toString(),
                mode != Choice.Mode.ALONE, // what a row passes through alone, no other does
                batch,
                steps,
                warmup,
                common.rank,
                common.targets,
                common.threads,
                common.seed,
                common.device,
                cpuTime));
      }
    }
    return all;
  }
}
