package io.github.cola4j.kernel.jjava;

import io.github.cola4j.kernel.notebook.Notebook;
import io.github.cola4j.kernel.notebook.Shown;
import java.io.PrintStream;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** A notebook that JJava's base of kernels runs. */
final class JJavaNotebook implements Notebook {
  /** {@code setDisplayId} returns another type in each version. */
  private static final String DISPLAY_ID = "display_id";

  private final BaseKernel kernel;

  JJavaNotebook(BaseKernel kernel) {
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
    data.putTransientData(DISPLAY_ID, id);
    return data;
  }

  @Override
  public String name() {
    return kernel.getName() + " " + kernel.getVersion();
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
