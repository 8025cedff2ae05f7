package io.github.cola4j.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lock file is compared by what it says, and a damaged one is told where. */
class LockFileTest {
  private static final String FIX =
      "take it back from version control, or delete it and finetune again";
  private static final Lock LOCK =
      Lock.of(
          new WentIn(
              "1.0", "c0de", Map.of("training.seed", "7", "adapter.r", "8"), Map.of(), Map.of()),
          new Fingerprint(Map.of("threads", "1")),
          new CameOut(
              Map.of("adapter/a", "3f"),
              3,
              Map.of("accuracy", 0.8, "mse", 2.5e-11, "f1", Double.NaN)));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() {
    file = folder.resolve("cola.lock");
    LockFile.write(file, LOCK);
  }

  @Test
  void itStandsBesideItsSpec() {
    assertEquals(Path.of("cola.lock"), LockFile.of(Path.of("cola.yaml")));
    assertEquals(Path.of("specs/reviews.v2.lock"), LockFile.of(Path.of("specs/reviews.v2.yml")));
    assertEquals(Path.of(".hidden.lock"), LockFile.of(Path.of(".hidden")));
    assertEquals(Optional.empty(), LockFile.read(folder.resolve("other.lock")));
  }

  @Test
  void aPersonCanReviewIt() throws IOException {
    assertEquals(
        """
        {
          "lock_version": 1,
          "went_in": {
            "cola": "1.0",
            "code": "c0de",
            "spec": {
              "adapter.r": "8",
              "training.seed": "7"
            },
            "contents": {},
            "sources": {}
          },
          "platform": {
            "threads": "1"
          },
          "came_out": {
            "files": {
              "adapter/a": "3f"
            },
            "kept_step": 3,
            "metrics": {
              "accuracy": 0.8,
              "f1": "NaN",
              "mse": 2.5E-11
            }
          },
          "tolerance": {
            "accuracy": 0.01,
            "f1": 0.01,
            "mse": "1 %"
          }
        }
        """,
        Files.readString(file));
    assertEquals(Optional.of(LOCK), LockFile.read(file));
    List<Path> files = Files.list(folder).toList();
    assertEquals(List.of(file), files, "nothing temporary is left");
  }

  @Test
  void lineEndsAndEditorsDoNotCount() throws IOException {
    Files.writeString(file, "\uFEFF" + Files.readString(file).replace("\n", "\r\n"));
    assertEquals(Optional.of(LOCK), LockFile.read(file));
  }

  @Test
  void tolerancesAreEdited() throws IOException {
    edit("\"accuracy\": 0.01", "\"accuracy\": 0");
    edit("\"mse\": \"1 %\"", "\"mse\": \"2.5%\"");
    Map<String, Tolerance> tolerance = LockFile.read(file).orElseThrow().tolerance();
    assertEquals(new Tolerance(BigDecimal.ZERO, false), tolerance.get("accuracy"));
    assertEquals(new Tolerance(new BigDecimal("2.5"), true), tolerance.get("mse"));
    assertTrue(tolerance.get("mse").allows(2, 2.05));
    assertFalse(tolerance.get("mse").allows(2, 2.06));
  }

  @Test
  void damageIsToldWithItsLine() throws IOException {
    String good = Files.readString(file);
    edit("\"accuracy\": 0.01", "\"accuracy\": \"few\"");
    assertEquals(
        "cola.lock:28: tolerance.accuracy: a tolerance is a number that is not negative, or a share"
            + " like \"1 %\"; "
            + FIX,
        problem());
    Files.writeString(file, good.replace("\"accuracy\": 0.01", "\"accuracy\": -1"));
    assertTrue(problem().startsWith("cola.lock:28: tolerance.accuracy: a tolerance is"), problem());

    Files.writeString(file, good.replace("\"kept_step\": 3,", "\"kept_step\": 3"));
    assertTrue(problem().startsWith("cola.lock:21: is not JSON ("), problem());

    Files.writeString(file, good.replace("\"kept_step\": 3", "\"kept_step\": \"late\""));
    assertTrue(problem().startsWith("cola.lock:20: came_out.kept_step: "), problem());

    Files.writeString(file, good.replace("\"kept_step\": 3,", ""));
    assertTrue(problem().contains("'kept_step'"), problem());

    Files.writeString(
        file, good.replace("\"cola\": \"1.0\"", "\"cola\": \"1.0\", \"cola\": \"2\""));
    assertTrue(problem().startsWith("cola.lock:4: "), problem());

    Files.writeString(file, good.replace("\"adapter.r\": \"8\"", "\"adapter.r\": null"));
    assertTrue(problem().startsWith("cola.lock:"), problem());

    Files.writeString(file, good.replace("\"lock_version\": 1", "\"lock_version\": 2"));
    assertEquals("cola.lock: is no lock that this version of ColA knows; " + FIX, problem());

    Files.writeString(
        file,
        good.replace(
            "    \"cola\": \"1.0\",\n",
            "<<<<<<< HEAD\n    \"cola\": \"1.0\",\n=======\n    \"cola\": \"1.1\",\n>>>>>>> x\n"));
    assertEquals(
        "cola.lock:4: is left from a merge; take either side, and finetune again", problem());

    Files.writeString(file, "");
    assertTrue(problem().startsWith("cola.lock"), problem());
    Files.writeString(file, "[]");
    assertTrue(problem().startsWith("cola.lock:1: is no lock"), problem());
    Files.write(file, new byte[] {(byte) 0xC3, 0x28});
    assertTrue(problem().startsWith("cola.lock: cannot be read as text"), problem());
  }

  private void edit(String was, String is) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(was));
    Files.writeString(file, text.replace(was, is));
  }

  private String problem() {
    return assertThrows(LockException.class, () -> LockFile.read(file)).getMessage();
  }
}
