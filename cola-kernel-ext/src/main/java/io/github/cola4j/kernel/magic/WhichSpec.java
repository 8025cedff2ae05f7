package io.github.cola4j.kernel.magic;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.live.Downloads;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Overrides;
import io.github.cola4j.kernel.work.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments by which magics name a spec, where the cell does not hold it. */
final class WhichSpec {
  private static final String USUAL = "cola.yaml";
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}]([\\p{L}\\p{N} ._-]*[\\p{L}\\p{N}])?");

  @Parameters(
      paramLabel = "SPEC key=value",
      description =
          "the spec's file, by default the one asked for last, or cola.yaml; and values that replace"
              + " the spec's, say training.epochs=2")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "what the run is called: it goes to target/cola/NAME")
  private String name;

  /** The spec, read. */
  Asked asked(Session session, Optional<String> cell) {
    List<String> files = words.stream().filter(word -> !Overrides.isOne(word)).toList();
    if (words.contains("=")) {
      throw CellError.perhaps(
          "A value is set apart from its key: " + String.join(" ", words),
          "write key=value without blanks");
    }
    Map<String, String> overrides = overrides();
    EventSink downloads = new Downloads(session.notebook());
    if (cell.isPresent()) {
      return ofCell(session, cell.get(), files, overrides, downloads);
    }
    if (files.size() > 1) {
      throw CellError.perhaps(
          "There are several specs: " + String.join(", ", files),
          "name one, and write values that replace the spec's as key=value");
    }
    if (files.isEmpty() && session.asked().isPresent()) {
      return session.asked().get().with(overrides, session.workshop(), downloads);
    }
    return session
        .workshop()
        .spec(Path.of(files.isEmpty() ? USUAL : files.get(0)), overrides, downloads);
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides =
        new LinkedHashMap<>(Overrides.of(words.stream().filter(Overrides::isOne).toList()));
    if (name != null) {
      if (!NAME.matcher(name).matches()) {
        throw CellError.perhaps(
            "--name \"" + name + "\" is no name of a run",
            "take letters, digits, and - _ . within; output=PATH puts it into another folder");
      }
      overrides.putIfAbsent("output", "target/cola/" + name);
    }
    return overrides;
  }

  private static Asked ofCell(
      Session session,
      String cell,
      List<String> files,
      Map<String, String> overrides,
      EventSink downloads) {
    if (!files.isEmpty()) {
      throw CellError.perhaps(
          "The cell holds a spec, and names " + files.get(0) + " too",
          "leave out one of them (values that replace the spec's are key=value)");
    }
    if (cell.isBlank()) {
      throw CellError.perhaps(
          "There is no spec in the cell", "write it below the magic, or name a file after %cola");
    }
    // The magic is the cell's first line.
    return session.workshop().parse("\n" + cell, overrides, downloads);
  }
}
