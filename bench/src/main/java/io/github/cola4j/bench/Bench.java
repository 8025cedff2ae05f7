package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: one JSON line on the standard output, everything else on the other. */
@Command(
    name = "cola-bench",
    description = "Measures gradient learning, to be set beside transformers and PEFT.",
    subcommands = {StepCommand.class, Sst2Command.class, BillionCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    footer = "%nA command prints one line of JSON on stdout; COMMAND --help shows its options.")
public final class Bench {
  /** Exit status: it could not be run, or a check failed. */
  private static final int EXIT_FAILED = 1;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  private Bench() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** What reads arguments and executes what they ask for. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Bench());
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler(
        (problem, command, parsed) -> {
          if (!(problem instanceof BenchException)) {
            throw problem;
          }
          command.getErr().println("cola-bench: " + problem.getMessage());
          return EXIT_FAILED;
        });
    line.setExecutionStrategy(
        parsed -> {
          int exit = new CommandLine.RunLast().execute(parsed);
          CommandLine last = parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
          if (last.getExecutionResult() instanceof ObjectNode result) {
            line.getOut().println(result);
          }
          return exit;
        });
    return line;
  }

  /** A command; what it measured is printed. */
  interface Measuring extends Callable<ObjectNode> {}
}
