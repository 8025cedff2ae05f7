package io.github.cola4j.kernel.jjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.kernel.Cola;
import io.github.cola4j.kernel.TestSurroundings;
import io.github.cola4j.kernel.TinyProject;
import io.github.cola4j.kernel.magic.ColaMagic;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.kernel.work.Workshop;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.BaseKernelBuilder;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JJavaExtensionTest {
  private final BaseKernel kernel = new Builder().build();

  @Test
  void aKernelFindsItAsAService() {
    assertTrue(
        ServiceLoader.load(Extension.class).stream()
            .anyMatch(found -> found.type() == JJavaExtension.class));
  }

  @Test
  void bothMagicsAreThere() throws Exception {
    new JJavaExtension().install(kernel);

    assertTrue(kernel.getMagicsRegistry().getLineMagicNames().contains(ColaMagic.NAME));
    assertTrue(kernel.getMagicsRegistry().getCellMagicNames().contains(ColaMagic.NAME));
    Object help = kernel.getMagicsRegistry().evalLineMagic(kernel, "cola", List.of("help"));
    assertEquals(null, help);
  }

  /** JJava would throw it away; our own kernel would show it below what is shown already. */
  @Test
  void magicsReturnNothing(@TempDir Path folder) throws Exception {
    TinyProject.make(folder);
    Session session =
        new Session(new JJavaNotebook(kernel), new Workshop(new TestSurroundings(), folder));
    JJavaExtension.install(kernel, session);

    Object value =
        kernel
            .getMagicsRegistry()
            .evalCellMagic(kernel, "cola", List.of("finetune"), TinyProject.spec(1));
    assertEquals(null, value);
    assertTrue(Cola.last().finished());
  }

  @Test
  void whatIsWrongComesOutOfTheMagicWithoutATrace() {
    new JJavaExtension().install(kernel);

    Throwable thrown =
        assertThrows(
            Exception.class,
            () -> kernel.getMagicsRegistry().evalLineMagic(kernel, "cola", List.of("finetun")));
    CellError error = assertInstanceOf(CellError.class, thrown);
    assertTrue(error.getMessage().contains("finetune"), error.getMessage());
    assertEquals(0, error.getStackTrace().length);
  }

  @Test
  void withoutARunningCellNothingIsUpdatedAndNothingFails() {
    JJavaNotebook notebook = new JJavaNotebook(kernel);

    notebook.display("one", new Shown("text", "<b>text</b>"));
    assertFalse(notebook.isReachable());
    notebook.update("one", new Shown("text", "<b>text</b>"));
  }

  /** The least that is a kernel. */
  private static final class Builder extends BaseKernelBuilder<Builder, BaseKernel> {
    @Override
    public BaseKernel build() {
      return new BaseKernel(
          "test",
          "1",
          new LanguageInfo.Builder("Java").build(),
          List.of(),
          null,
          buildJupyterIO(buildJupyterIOEncoding()),
          buildCommManager(),
          buildRenderer(),
          null,
          buildMagicsRegistry(),
          false,
          buildErrorStyler()) {
        @Override
        public Object evalRaw(String code) {
          throw new UnsupportedOperationException();
        }

        @Override
        public DisplayData inspect(String code, int at, boolean detail) {
          return null;
        }

        @Override
        public ReplacementOptions complete(String code, int at) {
          return null;
        }

        @Override
        public String isComplete(String code) {
          return IS_COMPLETE_YES;
        }
      };
    }
  }
}
