package io.github.cola4j.kernel.ijava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.kernel.Prediction;
import io.github.cola4j.kernel.Run;
import io.github.cola4j.kernel.TestSurroundings;
import io.github.cola4j.kernel.TinyProject;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.kernel.work.Workshop;
import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.ijava.JavaKernel;
import io.github.spencerpark.jupyter.kernel.magic.CellMagicArgs;
import io.github.spencerpark.jupyter.kernel.magic.LineMagicArgs;
import io.github.spencerpark.jupyter.kernel.magic.MagicParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IJavaExtensionTest {
  private final JavaKernel kernel = new JavaKernel();

  @AfterEach
  void stop() {
    IJava.start(null);
  }

  @Test
  void oneLineOfACellInstallsIt() throws Exception {
    IJava.start(kernel);

    IJavaExtension.install();

    Object help = kernel.getMagics().applyLineMagic("cola", List.of("help", "finetune"));
    assertEquals(null, help);
    CellError error =
        assertThrows(
            CellError.class,
            () -> kernel.getMagics().applyCellMagic("cola", List.of("finetune"), "base: nowhere"));
    assertTrue(error.getMessage().contains("cell:2: base"), error.getMessage());
  }

  /** {@code var run = %cola finetune cola.yaml}, which IJava knows and JJava does not. */
  @Test
  void whatAMagicReturnsIsHandedToTheCell(@TempDir Path folder) throws Exception {
    TinyProject.make(folder);
    Workshop workshop = new Workshop(new TestSurroundings(), folder);
    IJavaExtension.install(new Session(new IJavaNotebook(kernel), workshop), kernel.getMagics());

    Run run = kernel.getMagics().applyCellMagic("cola", List.of("finetune"), TinyProject.spec(1));
    assertTrue(run.finished());
    List<Prediction> answers =
        kernel.getMagics().applyLineMagic("cola", List.of("predict", "a gem of a film"));
    assertEquals("a gem of a film", answers.get(0).asked());
  }

  @Test
  void elsewhereItSaysSo() {
    assertTrue(
        assertThrows(CellError.class, IJavaExtension::install)
            .getMessage()
            .contains("No IJava kernel runs"));
  }

  @Test
  void withoutARunningCellNothingIsUpdatedAndNothingFails() {
    IJavaNotebook notebook = new IJavaNotebook(kernel);

    notebook.display("one", new Shown("text", "<b>text</b>"));
    assertFalse(notebook.isReachable());
    notebook.update("one", new Shown("text", "<b>text</b>"));
  }

  /** IJava's parser is the base's; what it makes of quotes is what magics get. */
  @Test
  void wordsComeAsItsParserSplitsThem() {
    MagicParser parser = new MagicParser("(?<=(?:^|=))\\s*%", "%%");
    List<LineMagicArgs> lines = new ArrayList<>();
    parser.transformLineMagics(
        "%cola predict \"a gem of a film\" --run first\nvar x = %cola predict two",
        context -> {
          lines.add(context.getMagicCall());
          return "";
        });
    assertEquals(List.of("predict", "a gem of a film", "--run", "first"), lines.get(0).getArgs());
    assertEquals(List.of("predict", "two"), lines.get(1).getArgs());

    CellMagicArgs cell =
        parser
            .parseCellMagic("%%cola finetune adapter.r=4 \"output=a b\"\nbase: x\n\ndata: y\n")
            .getMagicCall();
    assertEquals(List.of("finetune", "adapter.r=4", "output=a b"), cell.getArgs());
    assertTrue(cell.getBody().startsWith("base: x\n\ndata: y"), cell.getBody());
  }
}
