package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Jobs with a finished run, in this process. */
final class Jobs {
  private Jobs() {}

  static ObjectNode of(Path run) {
    return JsonNodeFactory.instance.objectNode().put("run", run.toString());
  }

  /** What asks a run about a file. */
  static ObjectNode about(Path run, Path input) {
    ObjectNode arguments = of(run);
    arguments.putObject("input").put("file", input.toString());
    return arguments;
  }

  /** The words of a job's messages. */
  static List<String> words(Job job, ObjectNode arguments) {
    return events(job, arguments).stream()
        .filter(Event.Message.class::isInstance)
        .map(event -> ((Event.Message) event).text())
        .toList();
  }

  static List<Event> events(Job job, ObjectNode arguments) {
    List<Event> events = new ArrayList<>();
    run(job, arguments, events);
    return events;
  }

  private static JobResult run(Job job, ObjectNode arguments, List<Event> events) {
    try {
      return job.run(new JobContext(arguments, events::add, StopSignal.NEVER));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** What a user reads; fails if the job can be done. */
  static String complaint(Job job, ObjectNode arguments) {
    List<Event> events = new ArrayList<>();
    try {
      run(job, arguments, events);
    } catch (RuntimeException e) {
      Failure failure = job.describe(e);
      if (failure.kind() != Failure.Kind.USER) {
        throw new AssertionError(failure.text(), e);
      }
      return failure.text();
    }
    throw new AssertionError("no complaint, but " + events);
  }

  /** The objects of a file of JSON lines. */
  static List<JsonNode> lines(Path file) {
    ObjectMapper json = new ObjectMapper();
    try {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        lines.add(json.readTree(line));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answers to what stands in a file, through a file. */
  static List<JsonNode> answers(Job job, ObjectNode arguments, Path output) {
    run(job, arguments.put("output", output.toString()), new ArrayList<>());
    return lines(output);
  }
}
