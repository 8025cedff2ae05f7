package io.github.cola4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.hub.HubName.Type;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubNameTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @ParameterizedTest
  @CsvSource({
    "hf:name, MODEL, name, main, ",
    "hf:owner/name, MODEL, owner/name, main, ",
    "hf:models/owner/name, MODEL, owner/name, main, ",
    "hf:Owner-1/name_2.5@v1.0, MODEL, Owner-1/name_2.5, v1.0, ",
    "hf:owner/name@refs/pr/3, MODEL, owner/name, refs/pr/3, ",
    "hf:owner/name@feature/x:sub/config.json, MODEL, owner/name, feature/x, sub/config.json",
    "hf:datasets/name, DATASET, name, main, ",
    "hf:datasets/owner/name, DATASET, owner/name, main, ",
    "hf:datasets/owner/name:train.csv, DATASET, owner/name, main, train.csv",
    "hf:datasets/owner/name@v2:data/a@b.csv, DATASET, owner/name, v2, data/a@b.csv",
  })
  void isReadByItsParts(String text, Type type, String repository, String revision, String file) {
    HubName name = HubName.parse(text);
    assertEquals(new HubName(type, repository, revision, Optional.ofNullable(file)), name);
    assertEquals(name, HubName.parse(name.toString()));
  }

  @Test
  void aCommitPins() {
    assertTrue(HubName.parse("hf:owner/name@" + COMMIT).pinned());
    assertFalse(HubName.parse("hf:owner/name@" + COMMIT.substring(0, 8)).pinned());
    assertEquals(
        "hf:datasets/owner/name@" + COMMIT + ":train.csv",
        HubName.parse("hf:datasets/owner/name@v2:train.csv").at(COMMIT).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "owner/name | does not begin with hf: | write hf:owner/name@revision",
        "hf://owner/name | begins with slashes | without //",
        "hf: | is missing | write hf:owner/name",
        "hf:owner/ | is missing | write hf:owner/name",
        "hf:@main | is missing | write hf:owner/name",
        "hf:spaces/owner/name | a space | name the model",
        "hf:owner/name/model.safetensors | more than | hf:owner/name:model.safetensors",
        "hf:datasets/owner/name/a/b.csv | more than | hf:datasets/owner/name:a/b.csv",
        "hf:own er/name | own er | copy the name",
        "hf:owner/../name | more than | hf:owner/",
        "hf:../name | \"..\" cannot be a name | copy the name",
        "hf:owner/a--b | a--b | without \"--\"",
        "hf:owner/name.git | name.git | \".git\" at the end",
        "hf:owner/näme | näme | letters",
        "hf:owner/name@ | \"\" cannot be a branch | main, v1.0",
        "hf:owner/name@../../etc | cannot be a branch | main, v1.0",
        "hf:owner/name@/main | cannot be a branch | main, v1.0",
        "hf:owner/name@a b | cannot be a branch | main, v1.0",
        "hf:owner/name@nul | cannot be a branch | main, v1.0",
        "hf:owner/name: | a part of it is empty | as the hub lists it",
        "hf:owner/name:../secret | it has a part \"..\" | as the hub lists it",
        "hf:owner/name:/etc/passwd | it is absolute | as the hub lists it",
        "hf:owner/name:a\\b | backslash | as the hub lists it",
      })
  void whatIsNoNameSaysWhyAndHow(String text, String problem, String fix) {
    HubException e = assertThrows(HubException.class, () -> HubName.parse(text));
    assertEquals(HubException.Kind.BAD_NAME, e.kind());
    assertTrue(e.problem().contains(problem), e.problem());
    assertTrue(e.fix().contains(fix), e.fix());
  }

  @Test
  void onlyHfNamesAreTheHubs() {
    assertTrue(HubName.matches("hf:x"));
    assertFalse(HubName.matches("hf/x"));
  }
}
