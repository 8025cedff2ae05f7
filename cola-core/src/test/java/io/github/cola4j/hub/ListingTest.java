package io.github.cola4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of a commit's files, as huggingface_hub 2.4 writes it, and their digests. */
class ListingTest {
  private static final String EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
  private static final String ABC_SHA256 =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String XET = "f".repeat(64);
  private static final String PYTHONS =
      """
      {
       "format_version": 1,
       "files": {
        "config.json": {
         "size": 0,
         "blob_id": "%s"
        },
        "model.safetensors": {
         "size": 3,
         "blob_id": "%s",
         "lfs_sha256": "%s",
         "lfs_size": 3,
         "xet_hash": "%s"
        }
       }
      }"""
          .formatted(EMPTY_BLOB, EMPTY_BLOB, ABC_SHA256, XET);

  @TempDir Path folder;

  @Test
  void pythonsFormIsReadAndWritten() {
    Listing listing = Listing.fromJson(PYTHONS).orElseThrow();
    assertEquals(Set.of("config.json", "model.safetensors"), listing.names());
    assertEquals(
        new RemoteFile("config.json", 0, EMPTY_BLOB, Optional.empty(), Optional.empty()),
        listing.file("config.json").orElseThrow());
    assertEquals(
        new RemoteFile(
            "model.safetensors", 3, EMPTY_BLOB, Optional.of(ABC_SHA256), Optional.of(XET)),
        listing.file("model.safetensors").orElseThrow());
    assertEquals(PYTHONS.replaceAll("\\s", ""), listing.toJson().replaceAll("\\s", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"format_version\": 2, \"files\": {}}",
        "{\"format_version\": 1}",
        "{\"format_version\": 1, \"files\": {\"a\": {}}}",
        "{\"format_version\": 1, \"files\": {\"a\": {\"size\": 1, \"blob_id\": \"../a\"}}}",
      })
  void whatIsDamagedOrNewerIsNone(String text) {
    assertEquals(Optional.empty(), Listing.fromJson(text));
  }

  @Test
  void contentIsKnownByItsDigest() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    Path abc = Files.writeString(folder.resolve("abc"), "abc");
    RemoteFile git = new RemoteFile("e", 0, EMPTY_BLOB, Optional.empty(), Optional.empty());
    RemoteFile lfs = new RemoteFile("a", 3, EMPTY_BLOB, Optional.of(ABC_SHA256), Optional.empty());
    assertEquals(EMPTY_BLOB, git.digest());
    assertEquals(ABC_SHA256, lfs.digest());
    assertTrue(git.isContentOf(empty));
    assertTrue(lfs.isContentOf(abc));
    assertFalse(git.isContentOf(abc));
    assertFalse(lfs.isContentOf(empty));
  }

  @Test
  void aDigestThatCouldBeAPathIsNone() {
    for (String bad : new String[] {"", "../a", EMPTY_BLOB.substring(1), EMPTY_BLOB + "/"}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new RemoteFile("a", 1, bad, Optional.empty(), Optional.empty()));
      assertThrows(
          IllegalArgumentException.class,
          () -> new RemoteFile("a", 1, EMPTY_BLOB, Optional.of(bad), Optional.empty()));
    }
  }
}
