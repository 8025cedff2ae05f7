package io.github.cola4j.kernel.ijava;

import io.github.cola4j.kernel.notebook.Notebook;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.io.PrintStream;

/** A notebook that IJava runs. */
final class IJavaNotebook implements Notebook {
  private final BaseKernel kernel;

  IJavaNotebook(BaseKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void display(String id, Shown shown) {
    kernel.getIO().display.display(data(id, shown));
  }

  @Override
  public boolean isReachable() {
    return kernel.getIO().display.isAttached();
  }

  @Override
  public void update(String id, Shown shown) {
    kernel.getIO().display.updateDisplay(data(id, shown));
  }

  private static DisplayData data(String id, Shown shown) {
    DisplayData data = new DisplayData();
    data.putText(shown.text());
    data.putHTML(shown.html());
    data.setDisplayId(id);
    return data;
  }

  @Override
  public String name() {
    return kernel.getBanner().lines().findFirst().orElse("IJava").strip();
  }

  @Override
  public PrintStream out() {
    return kernel.getIO().out;
  }

  @Override
  public PrintStream err() {
    return kernel.getIO().err;
  }
}
