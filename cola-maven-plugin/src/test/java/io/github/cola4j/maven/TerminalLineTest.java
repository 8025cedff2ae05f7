package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalLineTest {
  private final StringWriter screen = new StringWriter();
  private final TerminalLine line = new TerminalLine(new PrintWriter(screen));

  @Test
  void aShorterTextCoversALongerOne() {
    line.show("step 10/10");
    line.show("done");
    line.clear();
    line.clear();
    assertEquals("\rstep 10/10\rdone      \r    \r", screen.toString());
  }

  @Test
  void noTextIsLongEnoughToWrap() {
    line.show("x".repeat(200));
    assertEquals(1 + 79, screen.toString().length());
  }

  @Test
  void aBatchBuildHasNone() {
    assertTrue(TerminalLine.open(false, Map.of()).isEmpty());
  }
}
