package io.github.cola4j.kernel.magic;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.live.Downloads;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Overrides;
import io.github.cola4j.kernel.work.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments by which magics name a spec, where the cell does not hold it. */
final class WhichSpec {
  private static final String USUAL = "cola.yaml";

  @Parameters(
      paramLabel = "SPEC key=value",
      description =
          "the spec's file, by default the one asked for last, or cola.yaml; and values that replace"
              + " the spec's, say training.epochs=2")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "what the run of a cell is called, if its spec names no output",
      defaultValue = "cell")
  private String name;

  /** The spec, read. */
  Asked asked(Session session, Optional<String> cell) {
    List<String> files = words.stream().filter(word -> !Overrides.isOne(word)).toList();
    Map<String, String> overrides = Overrides.of(words.stream().filter(Overrides::isOne).toList());
    EventSink downloads = new Downloads(session.notebook());
    if (cell.isPresent()) {
      if (!files.isEmpty()) {
        throw CellError.perhaps(
            "The cell holds a spec, and names " + files.get(0) + " too",
            "leave out one of them (values that replace the spec's are key=value)");
      }
      return session.workshop().spec(cell.get(), name, overrides, downloads);
    }
    if (files.size() > 1) {
      throw CellError.perhaps(
          "There are several specs: " + String.join(", ", files),
          "name one, and write values that replace the spec's as key=value");
    }
    if (files.isEmpty() && overrides.isEmpty() && session.asked().isPresent()) {
      return session.asked().get();
    }
    return session
        .workshop()
        .spec(Path.of(files.isEmpty() ? USUAL : files.get(0)), overrides, downloads);
  }
}
