package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The command line: JSON lines on the standard output, everything else on the other. */
@Command(
    name = "cola-bench",
    description = "Measures gradient learning, to be set beside transformers and PEFT.",
    subcommands = {
      StepCommand.class,
      Sst2Command.class,
      UsersCommand.class,
      ImagesCommand.class,
      BillionCommand.class,
      PairsCommand.class,
      TableCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer =
        "%nA command prints JSON on stdout, a line for each thing measured; COMMAND --help shows its options.")
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
    words(line, PublicModel.class);
    words(line, Choice.Method.class);
    words(line, Choice.Adapter.class);
    words(line, Choice.Mode.class);
    words(line, Choice.Optimizer.class);
    words(line, Choice.Type.class);
    words(line, Choice.Architecture.class);
    words(line, Choice.ImageAdapter.class);
    line.setParameterExceptionHandler(
        (problem, arguments) -> {
          CommandLine command = problem.getCommandLine();
          String name = command.getCommandSpec().qualifiedName();
          command.getErr().println(name + ": " + problem.getMessage());
          command.getErr().println("  " + name + " --help shows all options");
          return command.getCommandSpec().exitCodeOnInvalidInput();
        });
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

  /** Takes the words of an enum as its constants write themselves. */
  private static <E extends Enum<E>> void words(CommandLine line, Class<E> type) {
    E[] constants = type.getEnumConstants();
    line.registerConverter(
        type,
        word ->
            Stream.of(constants)
                .filter(constant -> constant.toString().equals(word))
                .findFirst()
                .orElseThrow(
                    () ->
                        new TypeConversionException(
                            "'%s' is none of %s".formatted(word, Arrays.toString(constants)))));
  }

  /** A command; what it measured is printed. */
  interface Measuring extends Callable<ObjectNode> {}
}
