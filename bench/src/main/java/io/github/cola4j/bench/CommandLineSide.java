package io.github.cola4j.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.worker.WorkerCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One side of a comparison: a command line that prints what it measured as a line of JSON.
 *
 * @param name how it is called in what is shown
 * @param command as a shell reads it
 */
record CommandLineSide(String name, String command) {
  /** The variable in which a command line finds the number of the pair, from 1. */
  static final String PAIR = "PAIR";

  private static final String SPINS = "GOMP_SPINCOUNT";
  private static final int LAST_LINES = 20;
  private static final int SECONDS_TO_END = 10;

  /**
   * Runs it to its end. Its OpenMP threads spin as a worker's do if nobody has said otherwise: long
   * spinning makes any side slow on a machine that others use too.
   *
   * @param pair from 1
   * @param shown gets all that it prints but its result, with its name before each line
   * @return the last line on its standard output that is a JSON object
   * @throws BenchException if it fails or prints none
   */
  ObjectNode run(int pair, PrintWriter shown) {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
    builder.environment().putIfAbsent(SPINS, WorkerCommand.DEFAULT_ENVIRONMENT.get(SPINS));
    builder.environment().put(PAIR, Integer.toString(pair));
    // Before the start, since from then on there is something to end.
    Thread hook =
        new Thread(() -> end(ProcessHandle.current().children().toList()), "cola-bench-side");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Process process = builder.start();
      try {
        return result(process, pair, shown);
      } finally {
        end(List.of(process.toHandle()));
      }
    } catch (IOException e) {
      throw new BenchException("%s cannot be run: %s".formatted(name, e.getMessage()), e);
    } finally {
      removeHook(hook);
    }
  }

  private ObjectNode result(Process process, int pair, PrintWriter shown) throws IOException {
    process.getOutputStream().close(); // nobody is there to answer a question
    Deque<String> last = new ArrayDeque<>();
    Thread complaints =
        new Thread(
            () ->
                lines(
                    process.getErrorStream(),
                    line -> {
                      last.add(line);
                      if (last.size() > LAST_LINES) {
                        last.remove();
                      }
                      shown.println(name + "| " + line);
                    }));
    complaints.start();
    List<ObjectNode> results = new ArrayList<>();
    lines(
        process.getInputStream(),
        line -> {
          ObjectNode read = object(line);
          if (read != null) {
            results.add(read);
          } else {
            shown.println(name + "| " + line);
          }
        });
    int status;
    try {
      complaints.join();
      status = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
    String where = "pair %d, side %s".formatted(pair, name);
    String said = last.isEmpty() ? "" : "; it said last:\n" + String.join("\n", last);
    if (status != 0) {
      throw new BenchException("%s ended with status %d%s".formatted(where, status, said));
    }
    if (results.isEmpty()) {
      throw new BenchException(where + " printed no line of JSON on its standard output" + said);
    }
    return results.get(results.size() - 1);
  }

  private static void lines(InputStream in, Consumer<String> each) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        each.accept(line);
      }
    } catch (IOException e) {
      // Ended from outside while it was read: nothing more will come, and its status tells.
    }
  }

  private static ObjectNode object(String line) {
    try {
      return Forked.JSON.readTree(line) instanceof ObjectNode object ? object : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** Shells, and what they started; if a shell does not listen, all are killed. */
  private static void end(List<ProcessHandle> shells) {
    List<ProcessHandle> all =
        Stream.concat(shells.stream().flatMap(ProcessHandle::descendants), shells.stream())
            .toList();
    all.forEach(ProcessHandle::destroy);
    try {
      for (ProcessHandle shell : shells) {
        shell.onExit().get(SECONDS_TO_END, TimeUnit.SECONDS);
      }
    } catch (TimeoutException e) {
      all.forEach(ProcessHandle::destroyForcibly);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // waiting itself does not fail
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook is at work.
    }
  }
}
