package io.github.cola4j.kernel.magic;

import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine;

/** What Tab offers after {@code %cola}: words, options, runs, files and keys. */
final class Completion {
  private Completion() {}

  /**
   * Looks.
   *
   * @param words before the last, without the magic's name
   * @param last as much as is there of the word that is wanted
   */
  static List<String> of(CommandLine cola, Session session, List<String> words, String last) {
    Set<String> found = new TreeSet<>();
    if (words.isEmpty()) {
      found.addAll(cola.getSubcommands().keySet());
      found.add("help");
    } else if (words.get(0).equals("help")) {
      found.addAll(cola.getSubcommands().keySet());
    } else {
      CommandLine command = cola.getSubcommands().get(words.get(0));
      if (command == null) {
        return List.of();
      }
      String before = words.get(words.size() - 1);
      if (before.equals("--run") || Set.of("plot", "compare").contains(words.get(0))) {
        session.runs().all().forEach(run -> found.add(run.getFileName().toString()));
      } else if (before.equals("--user")) {
        found.addAll(users(session));
      } else if (before.equals("--model")) {
        found.addAll(EvaluateMagic.WORDS);
      } else {
        found.addAll(files(session.workshop().folder(), last));
      }
      if (last.startsWith("--")) {
        command.getCommandSpec().options().forEach(option -> found.add(option.longestName()));
      }
    }
    return found.stream().filter(word -> word.startsWith(last)).toList();
  }

  private static List<String> users(Session session) {
    try {
      return List.copyOf(Summary.ofRun(session.run(null)).users().keySet());
    } catch (CellError | SummaryException e) {
      return List.of(); // Tab says nothing
    }
  }

  /** Folders end in a slash, so that the next Tab looks into them. */
  private static List<String> files(Path here, String last) {
    String folder = last.substring(0, last.lastIndexOf('/') + 1);
    try (Stream<Path> files = Files.list(here.resolve(folder))) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .map(file -> folder + file.getFileName() + (Files.isDirectory(file) ? "/" : ""))
          .toList();
    } catch (IOException | InvalidPathException e) {
      return List.of();
    }
  }
}
