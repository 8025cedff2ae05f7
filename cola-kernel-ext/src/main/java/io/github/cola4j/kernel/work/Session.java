package io.github.cola4j.kernel.work;

import io.github.cola4j.kernel.notebook.Notebook;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the cells of a notebook share. */
public final class Session {
  private final Notebook notebook;
  private final Workshop workshop;
  private final Trainings trainings;
  private final RunFolders runs;
  private final Map<Path, Asked> asked = new LinkedHashMap<>();
  private Asked latest;

  public Session(Notebook notebook, Workshop workshop) {
    this.notebook = notebook;
    this.workshop = workshop;
    this.trainings = new Trainings(workshop);
    this.runs = new RunFolders(workshop.folder());
  }

  /** Where things are shown. */
  public Notebook notebook() {
    return notebook;
  }

  /** Where the work is done. */
  public Workshop workshop() {
    return workshop;
  }

  /** Those of this notebook. */
  public Trainings trainings() {
    return trainings;
  }

  /** The runs that are here, of this notebook and of others. */
  public RunFolders runs() {
    return runs;
  }

  /** What was asked for last; empty if nothing was yet. */
  public synchronized Optional<Asked> asked() {
    return Optional.ofNullable(latest);
  }

  /** What was asked for last of the run of a folder; empty if this notebook asked for none. */
  public synchronized Optional<Asked> asked(Path folder) {
    return Optional.ofNullable(asked.get(folder));
  }

  /** Keeps what is asked for: it is what other cells mean if they name nothing. */
  public synchronized void ask(Asked spec) {
    latest = spec;
    asked.put(spec.folder(), spec);
    runs.add(spec.folder());
  }

  /**
   * The run that a cell means: the one that it names, or else the one that was asked for last.
   *
   * @param named a folder, or the last part of one that is known; null for none
   * @throws io.github.cola4j.kernel.notebook.CellError if there is none such
   */
  public Path run(String named) {
    return runs.find(Optional.ofNullable(named), asked().map(Asked::folder));
  }
}
