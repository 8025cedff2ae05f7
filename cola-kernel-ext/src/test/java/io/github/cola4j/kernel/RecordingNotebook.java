package io.github.cola4j.kernel;

import io.github.cola4j.kernel.notebook.Notebook;
import io.github.cola4j.kernel.notebook.Shown;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A notebook that keeps what it is shown. */
public final class RecordingNotebook implements Notebook {
  private final Map<String, List<Shown>> shown = new LinkedHashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
  private final PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
  private boolean attached = true;
  private boolean interruptedPublisher;

  @Override
  public synchronized void display(String id, Shown content) {
    interruptedPublisher |= Thread.currentThread().isInterrupted();
    shown.computeIfAbsent(id, i -> new ArrayList<>()).add(content);
  }

  @Override
  public synchronized boolean isReachable() {
    return attached;
  }

  @Override
  public synchronized void update(String id, Shown content) {
    interruptedPublisher |= Thread.currentThread().isInterrupted();
    shown.get(id).add(content);
  }

  /** Whether a cell is running. */
  public synchronized void attached(boolean runs) {
    attached = runs;
  }

  /** Whether something came from a thread that was interrupted. */
  public synchronized boolean interruptedPublisher() {
    return interruptedPublisher;
  }

  /** What was shown last, under each id. */
  public synchronized List<Shown> last() {
    return shown.values().stream().map(all -> all.get(all.size() - 1)).toList();
  }

  /** Everything that stood in the place that was made last, in order. */
  public synchronized List<Shown> ofLatest() {
    return shown.values().stream().reduce((one, other) -> other).map(List::copyOf).orElseThrow();
  }

  @Override
  public String name() {
    return "a test";
  }

  @Override
  public PrintStream out() {
    return outStream;
  }

  @Override
  public PrintStream err() {
    return errStream;
  }

  /** What was printed. */
  public String printed() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }
}
