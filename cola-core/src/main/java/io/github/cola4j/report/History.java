package io.github.cola4j.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventJson;
import io.github.cola4j.gate.SummaryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a run learned, finished or not.
 *
 * @param steps each step so far, in order
 * @param validations each validation so far, in order
 */
public record History(List<Event.StepDone> steps, List<Event.Validated> validations) {
  /** The file's name in the folder of a run. */
  public static final String FILE = "metrics.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the lists. */
  public History {
    steps = List.copyOf(steps);
    validations = List.copyOf(validations);
  }

  /**
   * Reads it from the folder of a run that is over.
   *
   * @return without steps if the run kept none
   * @throws SummaryException if it cannot be read
   */
  public static History read(Path folder) {
    Path file = folder.resolve(FILE);
    return of(file, text(file));
  }

  /**
   * Reads it from the folder of a run that may be going on. A last line that is not whole is being
   * written, and is passed over.
   */
  public static History soFar(Path folder) {
    Path file = folder.resolve(FILE);
    String text = text(file);
    return of(file, text.substring(0, text.lastIndexOf('\n') + 1));
  }

  private static History of(Path file, String text) {
    List<Event.StepDone> steps = new ArrayList<>();
    List<Event.Validated> validations = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Event event = event(file, number, line);
      if (event instanceof Event.StepDone step) {
        steps.add(step);
      } else if (event instanceof Event.Validated validated) {
        validations.add(validated);
      }
    }
    return new History(steps, validations);
  }

  /**
   * Loss, metrics, and the time of the two halves of a step, of one run or of several beside each
   * other.
   *
   * @param runs by name, in order; at least one
   * @return none of what no run has, and none at all where this Java has no fonts
   */
  public static List<Plot> plots(Map<String, History> runs) {
    return Plots.of(runs);
  }

  private static Event event(Path file, int line, String text) {
    try {
      return EventJson.read(JSON.readTree(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new SummaryException(file, "line " + line + " is no event; finetune again");
    }
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new SummaryException(file, "cannot be read (" + e + ")");
    }
  }
}
