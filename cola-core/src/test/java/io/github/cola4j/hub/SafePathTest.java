package io.github.cola4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafePathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a/b.c", ".gitattributes", "a b/ü…", "console.txt", "..a/b..c", "con1"})
  void ordinaryNamesAreSafe(String path) {
    assertEquals(Optional.empty(), SafePath.complaint(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/etc/passwd",
        "..",
        "../a",
        "a/../../b",
        "a/..",
        ".",
        "a//b",
        "a/",
        "a\\b",
        "..\\a",
        "C:a",
        "c:/a",
        "\\\\host\\share",
        "a:stream",
        "a\u0000b",
        "a\nb",
        "a?",
        "a*",
        "a|b",
        "<a>",
        "\"a\"",
        "nul",
        "CON",
        "a/Aux.txt",
        "com1",
        "LPT9.json",
        "a.",
        "a ",
        "a./b"
      })
  void namesThatLeaveTheFolderOrAreSpecialSomewhereAreNot(String path) {
    assertTrue(SafePath.complaint(path).isPresent(), path);
  }
}
