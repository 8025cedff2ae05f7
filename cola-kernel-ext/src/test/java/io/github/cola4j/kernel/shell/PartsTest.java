package io.github.cola4j.kernel.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
  private final Parts parts =
      new Parts(java -> java.isBlank() || java.stripTrailing().endsWith(";"));

  @Test
  void aCellOfJava() {
    assertEquals(List.of(new Part.Java(0, "int x = 1;\nx")), parts.of("int x = 1;\nx"));
    assertEquals(List.of(), parts.of(" \n"));
  }

  @Test
  void lineMagicsStandBetweenJava() {
    assertEquals(
        List.of(
            new Part.LineMagic(0, "one", "a  b"),
            new Part.LineMagic(12, "two", ""),
            new Part.Java(17, "int x;\n"),
            new Part.LineMagic(24, "three", "\"%\""),
            new Part.Java(35, "x")),
        parts.of("%one   a  b\n%two\nint x;\n%three \"%\"\nx"));
  }

  @Test
  void aLineWithinJavaIsJava() {
    String code = "int x = 7\n%y;\nString t = (\n%z\n);";
    assertEquals(List.of(new Part.Java(0, code)), parts.of(code));
    assertEquals(List.of(new Part.Java(0, "% y")), parts.of("% y"));
  }

  @Test
  void aCellMagicTakesTheWholeCell() {
    assertEquals(
        List.of(new Part.CellMagic(0, "cola", "finetune x=1", "%line\nint x;\n")),
        parts.of("%%cola finetune x=1\n%line\nint x;\n"));
    assertEquals(List.of(new Part.CellMagic(1, "cola", "", "")), parts.of("\n%%cola"));
    assertEquals(List.of(new Part.CellMagic(0, "cola", "", "")), parts.of("%%cola\n"));
  }

  @Test
  void linesOfWindowsEndLikeOthers() {
    assertEquals(
        List.of(new Part.LineMagic(0, "one", "a"), new Part.Java(8, "x")), parts.of("%one a\r\nx"));
    assertEquals(
        List.of(new Part.CellMagic(0, "cola", "run", "a: 1\n")), parts.of("%%cola run\r\na: 1\n"));
  }
}
