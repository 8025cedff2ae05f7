package io.github.cola4j.kernel.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void blanksPartWords() {
    assertEquals(List.of("a", "b=1", "c"), Words.of("  a\tb=1   c "));
    assertEquals(List.of(), Words.of("  "));
  }

  @Test
  void quotesKeepBlanksAndNothing() {
    assertEquals(List.of("a b", "", "c d", ""), Words.of("\"a b\" \"\" 'c d' ''"));
    assertEquals(List.of("key=some value", "ab c"), Words.of("key='some value' a\"b c\""));
  }

  @Test
  void backslashesStandForThemselves() {
    assertEquals(List.of("C:\\dir\\file"), Words.of("C:\\dir\\file"));
    assertEquals(List.of("C:\\a b\\c"), Words.of("\"C:\\a b\\c\""));
    assertEquals(List.of("\\n"), Words.of("\"\\n\""));
  }

  @Test
  void quotesAndBackslashesAreEscapedWithinQuotes() {
    assertEquals(
        List.of("say \"hi\"", "it's", "\\"), Words.of("\"say \\\"hi\\\"\" 'it\\'s' '\\\\'"));
    assertEquals(List.of("don't"), Words.of("don't"));
  }

  @Test
  void aQuoteThatIsNotClosedIsAnError() {
    CellFailure error = assertThrows(CellFailure.class, () -> Words.of("a \"b c"));
    assertTrue(error.getMessage().contains("\"b c"), error.getMessage());
  }

  @Test
  void tellsTheWordAtTheEnd() {
    assertEquals(new Words(List.of("a"), "b", 2, (char) 0), Words.read("a b"));
    assertEquals(new Words(List.of("a"), null, 2, (char) 0), Words.read("a "));
    assertEquals(new Words(List.of("a"), "b c", 2, '"'), Words.read("a \"b c"));
    assertNull(Words.read("").last());
  }
}
