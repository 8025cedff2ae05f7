package io.github.cola4j.kernel.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.kernel.notebook.Completes;
import io.github.cola4j.kernel.notebook.ForUser;
import io.github.cola4j.kernel.notebook.Helps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells, as the kernel runs them, without a front end. */
class CellRunTest {
  private static JavaKernel kernel;
  private static final List<List<String>> RESOLVED = new ArrayList<>();

  @BeforeAll
  static void start() {
    Artifacts none =
        coordinates -> {
          RESOLVED.add(coordinates);
          return List.of();
        };
    kernel = new JavaKernel("test", none, () -> {});
    kernel.getMagicsRegistry().registerLineMagic("words", new WordsMagic());
    CellMagic<String, JavaKernel> echo = (k, arguments, body) -> arguments + "/" + body;
    kernel.getMagicsRegistry().registerCellMagic("echo", echo);
    LineMagic<Void, JavaKernel> refuse =
        (k, arguments) -> {
          throw arguments.isEmpty() ? new Refused() : new IllegalStateException("broken");
        };
    kernel.getMagicsRegistry().registerLineMagic("refuse", refuse);
  }

  @AfterAll
  static void stop() {
    kernel.onShutdown(false);
  }

  @Test
  void keepsStateOverCells() {
    assertNull(kernel.evalRaw("int state = 20; state++;\nint more = 1;"));
    assertEquals(22, kernel.evalRaw("state + more"));
    assertEquals(22, kernel.evalRaw("state + more;"));
  }

  @Test
  void declarationsCanBeReplaced() {
    kernel.evalRaw("int replaced() { return 1; }\nclass Kind { int n = 1; }");
    kernel.evalRaw("int replaced() { return 2; }\nclass Kind { int n = 2; }");
    assertEquals(4, kernel.evalRaw("replaced() + new Kind().n"));
  }

  @Test
  void magicsAndJavaRunInTheirOrder() {
    assertEquals(List.of("a", "b c"), kernel.evalRaw("%words a 'b c'"));
    assertEquals(7, kernel.evalRaw("int before = 3;\n%words x\nbefore + 4"));
    assertEquals("[]/", kernel.evalRaw("%%echo"));
    assertEquals("[a]/\n  body\n", kernel.evalRaw("%%echo a\n\n  body\n"));
  }

  @Test
  void compileErrorsShowTheirPlace() {
    CellFailure error = fails("int fine = 1;\n\n  String wrong = fine;\n");
    assertEquals("CompileError", error.name());
    assertTrue(error.getMessage().startsWith("line 3: incompatible types"), error.getMessage());
    assertEquals("      String wrong = fine;", error.lines().get(1));
    assertEquals(error.lines().get(1).indexOf("fine"), error.lines().get(2).indexOf('^'));
  }

  @Test
  void incompleteInputIsToldWithItsBegin() {
    CellFailure error = fails("int fine = 1;\nvoid f() {\n");
    assertTrue(error.getMessage().startsWith("line 2: incomplete input"), error.getMessage());
  }

  @Test
  void exceptionsShowTheirCausesAndFramesOfCells() {
    kernel.evalRaw("\nvoid parse() {\n  Integer.parseInt(\"x\");\n}");
    CellFailure error =
        fails(
            "try {\n  parse();\n} catch (Exception e) {\n  throw new Exception(\"outer\", e);\n}");
    assertEquals("Exception", error.name());
    assertEquals("Exception: outer", error.lines().get(0));
    assertTrue(error.lines().get(1).endsWith("line 4"), error.lines().toString());
    assertTrue(
        error.lines().contains("Caused by: NumberFormatException: For input string: \"x\""),
        error.lines().toString());
    assertTrue(
        error.lines().stream().anyMatch(l -> l.startsWith("    at parse, cell") && l.endsWith("3")),
        error.lines().toString());
    assertFalse(error.lines().toString().contains("reflect"), error.lines().toString());
  }

  @Test
  void aReferenceForwardIsExplained() {
    kernel.evalRaw("int early() { return late(); }");
    CellFailure error = fails("early()");
    assertEquals("UnresolvedReference", error.name());
    assertTrue(error.getMessage().contains("method late()"), error.getMessage());
    kernel.evalRaw("int late() { return 5; }");
    assertEquals(5, kernel.evalRaw("early()"));
  }

  @Test
  void exceptionsForTheUserAreNothingButTheirMessage() {
    CellFailure error = fails("%refuse");
    assertEquals("Refused", error.name());
    assertEquals(List.of("Not so.", "But so."), error.lines());
    error = fails("%refuse now");
    assertEquals("IllegalStateException", error.name());
    assertEquals("IllegalStateException: broken", error.lines().get(0));
    assertTrue(error.lines().get(error.lines().size() - 1).contains("in %refuse"));
  }

  @Test
  void anUnknownMagicNamesThoseThatThereAre() {
    CellFailure error = fails("%wrods a");
    assertTrue(error.getMessage().contains("Did you mean %words?"), error.getMessage());
    assertTrue(error.getMessage().contains("%%echo"), error.getMessage());
  }

  @Test
  void mavenAsksForArtifacts() {
    kernel.evalRaw("%maven g:a:1 g:b:jar:c:2");
    assertEquals(List.of("g:a:1", "g:b:jar:c:2"), RESOLVED.get(RESOLVED.size() - 1));
    assertTrue(fails("%maven g:a").getMessage().contains("group:artifact:version"));
  }

  @Test
  void classpathTakesFilesFoldersAndGlobs(@TempDir Path folder) throws Exception {
    Path one = Files.createDirectory(folder.resolve("one classes"));
    Path two = Files.createDirectory(folder.resolve("two"));
    kernel.evalRaw("%classpath \"" + one + "\" " + folder + "/t*");
    String all = (String) kernel.evalRaw("%classpath");
    assertEquals(one + "\n" + two, all);
    assertTrue(fails("%classpath " + folder + "/none.jar").getMessage().contains("none.jar"));
  }

  @Test
  void completesJavaWithWhatStandsBefore() {
    String code =
        "import java.awt.image.*;\nint local = 1;\nvar image = new BufferedImage(1, 1, 1);\nimage.getWid";
    ReplacementOptions found = kernel.complete(code, code.length());
    assertEquals(List.of("getWidth("), found.getReplacements());
    assertEquals(code.length() - 6, found.getSourceStart());
    assertEquals("CompileError", fails("BufferedImage none = null;").name());
  }

  @Test
  void completesMagicsAndTheirWords() {
    assertEquals(List.of("%words"), kernel.complete("%wor", 4).getReplacements());
    assertEquals(List.of("%%echo"), kernel.complete("%%ec", 4).getReplacements());
    ReplacementOptions found = kernel.complete("int x = 1;\n%words one fi", 24);
    assertEquals(List.of("first", "[one]"), found.getReplacements());
    assertEquals(22, found.getSourceStart());
    assertEquals(List.of("", "[one]"), kernel.complete("%words one ", 11).getReplacements());
  }

  @Test
  void inspects() {
    assertTrue(text("List.of(1)", 6).contains("of(E e1)"));
    assertEquals("about [a]", text("%words a", 4));
    assertNull(kernel.inspect("noSuchName", 3, false));
  }

  @Test
  void tellsWhetherACellIsComplete() {
    assertEquals("complete", kernel.isComplete("int x = 1"));
    assertEquals("complete", kernel.isComplete("%words a"));
    assertEquals("    ", kernel.isComplete("if (true) {"));
    assertEquals("", kernel.isComplete("%%echo\nbody"));
    assertEquals("complete", kernel.isComplete("%%echo\nbody\n"));
  }

  @Test
  void interruptsWhatSleepsAndWhatSpins() throws Exception {
    for (String code : List.of("Thread.sleep(60_000);", "while (true) {}")) {
      Thread interrupts = new Thread(CellRunTest::interruptSoon);
      interrupts.start();
      CellFailure error = fails(code);
      interrupts.join();
      assertEquals("Interrupted", error.name(), code);
    }
    assertEquals(2, kernel.evalRaw("1 + 1"));
  }

  private static void interruptSoon() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kernel.interrupt();
  }

  private static String text(String code, int at) {
    return (String)
        kernel
            .inspect(code, at, false)
            .getData(org.dflib.jjava.jupyter.kernel.display.mime.MIMEType.TEXT_PLAIN);
  }

  private static CellFailure fails(String code) {
    return assertThrows(CellFailure.class, () -> kernel.evalRaw(code));
  }

  private static final class Refused extends RuntimeException implements ForUser {
    @Override
    public String getMessage() {
      return "Not so.\nBut so.";
    }
  }

  /** Gives its words, and completes them. */
  private static final class WordsMagic
      implements LineMagic<List<String>, JavaKernel>, Completes, Helps {
    @Override
    public List<String> eval(JavaKernel kernel, List<String> arguments) {
      return arguments;
    }

    @Override
    public List<String> complete(List<String> words, String last) {
      return List.of(last.equals("fi") ? "first" : last, words.toString());
    }

    @Override
    public String help(List<String> words) {
      return "about " + words;
    }
  }
}
