package io.github.cola4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubSettingsTest {
  @TempDir Path home;

  private HubSettings of(String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return HubSettings.of(environment, home);
  }

  @Test
  void withoutVariablesItIsThePublicHubAndTheUsersCache() {
    HubSettings settings = of();
    assertEquals("https", settings.endpoint().getScheme());
    assertEquals(Optional.empty(), settings.token());
    assertEquals(home.resolve(".cache/huggingface/hub"), settings.cache());
    assertFalse(settings.offline());
    assertTrue(settings.symlinks());
  }

  @Test
  void theCacheIsWhereTheMostSpecificVariableSays() {
    assertEquals(home.resolve("xdg/huggingface/hub"), of("XDG_CACHE_HOME", home + "/xdg").cache());
    assertEquals(
        home.resolve("hf/hub"), of("XDG_CACHE_HOME", "/elsewhere", "HF_HOME", "~/hf").cache());
    assertEquals(
        home.resolve("old"), of("HF_HOME", "/elsewhere", "HUGGINGFACE_HUB_CACHE", "~/old").cache());
    assertEquals(
        home.resolve("new"),
        of("HUGGINGFACE_HUB_CACHE", "/elsewhere", "HF_HUB_CACHE", "$HERE/new", "HERE", "" + home)
            .cache());
    assertEquals(
        home.resolve(".cache/huggingface/hub"), of("HF_HOME", "", "HF_HUB_CACHE", " ").cache());
    assertEquals(home.resolve("a/b"), of("HF_HUB_CACHE", "${A}/b", "A", home + "/x/../a").cache());
  }

  @Test
  void theTokenComesFromVariableOrFile() throws IOException {
    Files.createDirectories(home.resolve(".cache/huggingface"));
    Files.writeString(home.resolve(".cache/huggingface/token"), "of-the-cache\n");
    Files.createDirectories(home.resolve("hf"));
    Files.writeString(home.resolve("hf/token"), "of-the-home\r\n");
    Files.writeString(home.resolve("named"), " of-the-file ");
    assertEquals(Optional.of("of-the-cache"), of().token());
    assertEquals(Optional.of("of-the-home"), of("HF_HOME", "~/hf").token());
    assertEquals(
        Optional.of("of-the-file"), of("HF_HOME", "~/hf", "HF_TOKEN_PATH", "~/named").token());
    assertEquals(
        Optional.of("mine"), of("HF_TOKEN", " mine\n", "HF_TOKEN_PATH", "~/named").token());
    assertEquals(Optional.of("old"), of("HUGGING_FACE_HUB_TOKEN", "old").token());
    assertEquals(
        Optional.empty(), of("HF_TOKEN", "mine", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token());
    assertEquals(Optional.empty(), of("HF_TOKEN_PATH", "~/missing").token());
  }

  @Test
  void switchesAreOnForTheWordsThatPythonTakes() {
    for (String yes : new String[] {"1", "on", "YES", "True"}) {
      assertTrue(of("HF_HUB_OFFLINE", yes).offline(), yes);
    }
    for (String no : new String[] {"0", "", "off", "no", "2"}) {
      assertFalse(of("HF_HUB_OFFLINE", no).offline(), no);
    }
    assertTrue(of("TRANSFORMERS_OFFLINE", "1").offline());
    assertFalse(of("HF_HUB_DISABLE_SYMLINKS", "1").symlinks());
    assertTrue(of().offlineIf(true).offline());
    assertTrue(of("HF_HUB_OFFLINE", "1").offlineIf(false).offline());
  }

  @Test
  void theEndpointMayHaveAPathAndASlashAtTheEnd() {
    assertEquals(
        URI.create("http://mirror.test:8080/api/hub"),
        of("HF_ENDPOINT", "http://mirror.test:8080/api/hub//").endpoint());
  }

  @Test
  void whatCannotBeSaysWhichVariable() {
    for (String bad : new String[] {"mirror.test", "ftp://mirror.test", "http://", "a b"}) {
      HubException e = assertThrows(HubException.class, () -> of("HF_ENDPOINT", bad), bad);
      assertEquals(Kind.BAD_SETTING, e.kind());
      assertTrue(e.getMessage().contains("HF_ENDPOINT"), e.getMessage());
    }
    HubException e = assertThrows(HubException.class, () -> of("HF_TOKEN", "hf_se cret"));
    assertEquals(Kind.BAD_SETTING, e.kind());
    assertTrue(e.getMessage().contains("HF_TOKEN"), e.getMessage());
    assertFalse(e.getMessage().contains("cret"), e.getMessage());
  }

  @Test
  void theTokenIsNotPrinted() {
    assertFalse(of("HF_TOKEN", "hf_secret").toString().contains("secret"));
  }
}
