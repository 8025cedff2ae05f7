package io.github.cola4j.kernel.magic;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Interruption;
import io.github.cola4j.kernel.work.Outcomes;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.Failures;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code %cola}: a word says what is to be done, picocli reads the rest. Kernels call this with a
 * line's words, or with a cell's words and its other lines.
 */
public final class ColaMagic {
  /** As which it is registered. */
  public static final String NAME = "cola";

  private final Session session;

  public ColaMagic(Session session) {
    this.session = session;
  }

  /** {@code %cola word …}. */
  public Object line(List<String> words) throws InterruptedException {
    return run(words, Optional.empty());
  }

  /** {@code %%cola word …}, and the lines below it. */
  public Object cell(List<String> words, String body) throws InterruptedException {
    if (words.isEmpty() && !body.isBlank()) {
      throw CellError.perhaps(
          "It is not said what to do with the cell", "write %%cola finetune in its first line");
    }
    return run(words, Optional.of(body));
  }

  /** What may stand in the place of the last word. */
  public List<String> complete(List<String> words, String last) {
    return Completion.of(commands(Optional.empty()), session, words, last);
  }

  /** What is told of it, or of the word after it. */
  public String help(List<String> words) {
    CommandLine commands = commands(Optional.empty());
    CommandLine one = words.isEmpty() ? null : commands.getSubcommands().get(words.get(0));
    return (one == null ? commands : one).getUsageMessage(CommandLine.Help.Ansi.OFF).strip();
  }

  private Object run(List<String> words, Optional<String> cell) throws InterruptedException {
    if (words.contains("--help") || words.contains("-h")) {
      return run(List.of("help", words.get(0)), cell);
    }
    if (words.isEmpty() || words.get(0).equals("help")) {
      List<String> of = words.isEmpty() ? words : words.subList(1, words.size());
      if (!of.isEmpty()) {
        requireWord(commands(cell), of.get(0));
      }
      session.notebook().out().println(help(of));
      return null;
    }
    CommandLine commands = commands(cell);
    requireWord(commands, words.get(0));
    try {
      ParseResult parsed = commands.parseArgs(words.toArray(String[]::new)).subcommand();
      return ((Magic) parsed.commandSpec().userObject()).run();
    } catch (CellError e) {
      throw e;
    } catch (ParameterException e) {
      throw new CellError(
          e.getMessage()
              + "\n"
              + e.getCommandLine().getUsageMessage(CommandLine.Help.Ansi.OFF).strip());
    } catch (RuntimeException e) {
      if (Interruption.caused(e)) {
        throw new InterruptedException();
      }
      throw Outcomes.error("%cola " + words.get(0), Failures.describe(e));
    }
  }

  private static void requireWord(CommandLine commands, String word) {
    if (!commands.getSubcommands().containsKey(word)) {
      throw new CellError(
          "%%cola knows no \"%s\"; %s (%%cola help tells of each)"
              .formatted(word, NearMiss.advice(word, commands.getSubcommands().keySet())));
    }
  }

  private CommandLine commands(Optional<String> cell) {
    CommandLine cola = new CommandLine(new All());
    for (Magic magic :
        List.of(
            new FinetuneMagic(session, cell),
            new ResumeMagic(session),
            new StatusMagic(session),
            new StopMagic(session),
            new RunsMagic(session),
            new PlotMagic(session),
            new CompareMagic(session),
            new EvaluateMagic(session),
            new PredictMagic(session, cell),
            new GenerateMagic(session, cell),
            new ValidateMagic(session, cell),
            new SitesMagic(session),
            new UsersMagic(session),
            new MergeMagic(session),
            new ExportMagic(session),
            new SpecMagic(session),
            new DoctorMagic(session),
            new VersionMagic(session))) {
      CommandLine command = new CommandLine(magic);
      cola.addSubcommand(command.getCommandName(), command);
    }
    cola.setUsageHelpWidth(100);
    return cola;
  }

  /** The magic itself, which does nothing without a word. */
  @Command(
      name = "%cola",
      description = "Fine-tunes frozen models with adapters. %%cola help WORD tells more.",
      synopsisSubcommandLabel = "WORD")
  private static final class All {}
}
