package io.github.cola4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code table}: what {@code pairs} found out, for a README. */
@Command(
    name = "table",
    description = "Prints what pairs found out as a Markdown table: a table for each machine.")
final class TableCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files of JSON lines that pairs printed, in the order of the rows.")
  private List<Path> files = List.of();

  @Override
  public Integer call() {
    ResultsTable table = new ResultsTable();
    for (Path file : files) {
      table.addAll(file, lines(file));
    }
    spec.commandLine().getOut().print(table.markdown());
    spec.commandLine().getOut().flush();
    return 0;
  }

  private static List<String> lines(Path file) {
    try {
      return new ArrayList<>(Files.readAllLines(file));
    } catch (IOException e) {
      throw new BenchException("%s cannot be read: %s".formatted(file, e), e);
    }
  }
}
