package io.github.cola4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventJson;
import io.github.cola4j.gate.SummaryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir Path folder;

  @Test
  void aLineThatIsBeingWrittenIsPassedOverWhileTheRunGoesOn() throws IOException {
    String whole = line(step(1, 0.7)) + line(step(2, 0.5));
    Files.writeString(folder.resolve("metrics.jsonl"), whole + "{\"event\":\"step");

    assertEquals(2, History.soFar(folder).steps().size());
    assertThrows(SummaryException.class, () -> History.read(folder));
  }

  @Test
  void aRunThatHasNotBegunHasNone() {
    assertEquals(new History(List.of(), List.of()), History.soFar(folder));
  }

  @Test
  void severalRunsStandBesideEachOther() {
    Map<String, History> runs = new LinkedHashMap<>();
    runs.put(
        "narrow",
        new History(
            List.of(step(1, 0.7), step(2, 0.5)), List.of(accuracy(1, 0.6), accuracy(2, 0.8))));
    runs.put("wide", new History(List.of(step(1, 0.6), step(2, 0.3)), List.of(accuracy(2, 0.9))));

    List<Plot> plots = History.plots(runs);

    assertEquals(
        List.of("Training loss", "accuracy on the validation rows", "Time of a step, on average"),
        plots.stream().map(Plot::title).toList());
    plots.forEach(plot -> assertTrue(plot.svg().startsWith("<svg"), plot.svg()));
  }

  private static Event.StepDone step(long step, double loss) {
    return new Event.StepDone(step, 2, 1, loss, 1e-3, 10, 5, 1, 0, 0, 0, 0);
  }

  private static Event.Validated accuracy(long step, double value) {
    return new Event.Validated(step, Map.of("accuracy", value), true);
  }

  private static String line(Event event) {
    return EventJson.write(event) + "\n";
  }
}
