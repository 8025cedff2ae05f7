package io.github.cola4j.kernel.ijava;

import io.github.cola4j.kernel.Cola;
import io.github.cola4j.kernel.magic.ColaMagic;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.MavenSurroundings;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.kernel.work.Workshop;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.magic.registry.Magics;
import java.nio.file.Path;

/**
 * Installs {@code %cola} in IJava, by a line of a cell:
 *
 * <pre>{@code
 * %jars /path/to/cola-kernel.jar
 * io.github.cola4j.kernel.ijava.IJavaExtension.install();
 * }</pre>
 */
public final class IJavaExtension {
  private static final String IJAVA = "io.github.spencerpark.ijava.IJava";

  private IJavaExtension() {}

  /**
   * Installs it in the kernel that runs this cell.
   *
   * @throws CellError if that is not IJava
   */
  public static void install() {
    try {
      Object kernel = Class.forName(IJAVA).getMethod("getKernelInstance").invoke(null);
      if (kernel == null) {
        throw CellError.perhaps("No IJava kernel runs", "call this from a cell");
      }
      Magics magics = (Magics) kernel.getClass().getMethod("getMagics").invoke(kernel);
      Workshop workshop = new Workshop(new MavenSurroundings(), Path.of(""));
      install(new Session(new IJavaNotebook((BaseKernel) kernel), workshop), magics);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw CellError.perhaps(
          "This kernel is not IJava 1.3 (" + e + ")",
          "see docs/notebooks.md for how %cola comes into other kernels");
    }
  }

  static void install(Session session, Magics magics) {
    Cola.use(session);
    ColaMagic magic = new ColaMagic(session);
    magics.registerLineMagic(ColaMagic.NAME, words -> told(session, () -> magic.line(words)));
    magics.registerCellMagic(
        ColaMagic.NAME, (words, body) -> told(session, () -> magic.cell(words, body)));
  }

  /** A magic's work. */
  @FunctionalInterface
  private interface Call {
    Object run() throws InterruptedException;
  }

  /** IJava shows a trace of its own, in which what is wrong is hard to find. */
  private static Object told(Session session, Call call) throws InterruptedException {
    try {
      return call.run();
    } catch (CellError e) {
      session.notebook().err().println(e.getMessage());
      session.notebook().err().flush();
      throw e;
    }
  }
}
