package io.github.cola4j.kernel;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.live.Downloads;
import io.github.cola4j.kernel.live.LiveTraining;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Overrides;
import io.github.cola4j.kernel.work.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * ColA for cells of Java, where objects are wanted rather than pictures; {@code %cola} does the
 * same and more.
 *
 * <pre>{@code
 * var run = Cola.run("cola.yaml", "training.epochs=2", "adapter.r=4");
 * run.metrics().get("accuracy")
 * run.predict("a gem of a film").get(0).label()
 * }</pre>
 */
public final class Cola {
  private static Session session;

  private Cola() {}

  /** The notebook that cells are in; the extension calls this as it is installed. */
  public static synchronized void use(Session notebook) {
    session = notebook;
  }

  /**
   * Trains, unless the run that is asked for is there already, and shows how it goes.
   *
   * @param spec a file, or the YAML itself if it is of several lines
   * @param overrides values that replace those of the spec, say {@code training.epochs=2}
   * @return the finished run
   * @throws CellError if the spec cannot be run as it stands, or the run fails
   * @throws InterruptedException if the cell is interrupted; the worker saves
   */
  public static Run run(String spec, String... overrides) throws InterruptedException {
    Map<String, String> changes = Overrides.of(List.of(overrides));
    EventSink downloads = new Downloads(session().notebook());
    Asked asked =
        spec.contains("\n")
            ? session().workshop().parse(spec, changes, downloads)
            : session().workshop().spec(Path.of(spec), changes, downloads);
    new LiveTraining(session()).run(asked, new LiveTraining.How(false, false, false));
    return Run.of(session(), asked);
  }

  /**
   * A run that is here.
   *
   * @param name its folder, or the last part of that
   */
  public static Run open(String name) {
    return Run.at(session(), session().run(name));
  }

  /** The run that this notebook asked for last. */
  public static Run last() {
    return Run.at(session(), session().run(null));
  }

  private static synchronized Session session() {
    if (session == null) {
      throw CellError.perhaps("ColA is in no notebook", "install the extension first");
    }
    return session;
  }
}
