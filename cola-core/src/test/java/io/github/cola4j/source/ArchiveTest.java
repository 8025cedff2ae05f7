package io.github.cola4j.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.spec.Coordinate;
import io.github.cola4j.spec.Sources;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code mvn:} coordinates come to. */
class ArchiveTest {
  @TempDir Path folder;
  private final List<MavenName> asked = new ArrayList<>();

  private Path zip(String... files) throws IOException {
    Path zip = folder.resolve("artifact-1.0.zip");
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (String name : files) {
        out.putNextEntry(new ZipEntry(name));
        out.write(name.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return zip;
  }

  private Sources.Fetched fetch(String text, Coordinate.Kind kind, Path artifact) {
    MavenSource source =
        new MavenSource(
            name -> {
              asked.add(name);
              return new Sources.Fetched(artifact, "1.0");
            },
            folder.resolve("cache"));
    return source.fetch(new Coordinate("cola.yaml", 1, "base", text, kind, ""), event -> {});
  }

  private String refused(String text, Coordinate.Kind kind, Path artifact) {
    return assertThrows(SourceException.class, () -> fetch(text, kind, artifact)).getMessage();
  }

  @Test
  void aModelIsFoundWhereverItsFolderIs() throws IOException {
    Path root = zip("config.json", "model.safetensors");
    Path model = fetch("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, root).path();
    assertEquals("config.json", Files.readString(model.resolve("config.json")));
    assertEquals(
        new MavenName("com.acme", "minilm", "1.0", "", "zip", Optional.empty()), asked.get(0));

    Path below = zip("META-INF/MANIFEST.MF", "models/small/config.json", "README");
    assertTrue(
        fetch("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, below)
            .path()
            .endsWith("models/small"));

    Path two = zip("a/config.json", "b/config.json");
    assertEquals(
        "com.acme:minilm:zip:1.0 holds more than one model; name one: !a, !b",
        refused("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, two));
    assertTrue(fetch("mvn:com.acme:minilm:1.0!b", Coordinate.Kind.MODEL, two).path().endsWith("b"));
    assertTrue(
        refused("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, zip("README"))
            .startsWith("com.acme:minilm:zip:1.0 holds no model; publish config.json"));
  }

  @Test
  void aFileIsTheArtifactOrInIt() throws IOException {
    Path table = Files.writeString(folder.resolve("reviews-1.0.tsv"), "text\tlabel\n");
    assertEquals(table, fetch("mvn:com.acme:reviews:1.0@tsv", Coordinate.Kind.FILE, table).path());
    assertEquals(
        "\"mvn:com.acme:reviews:1.0@tsv\" is no archive that could hold a model; name a zip or a"
            + " jar: without @tsv, or with @jar",
        refused("mvn:com.acme:reviews:1.0@tsv", Coordinate.Kind.MODEL, table));

    Path two = zip("data/train.tsv", "data/test.tsv");
    assertTrue(
        fetch("mvn:com.acme:reviews:1.0:all@jar!data/test.tsv", Coordinate.Kind.FILE, two)
            .path()
            .endsWith("data/test.tsv"));
    assertEquals("all", asked.get(asked.size() - 1).classifier());
    assertEquals(
        "com.acme:reviews:zip:1.0 has no \"data/tests.tsv\"; did you mean \"data/test.tsv\" or"
            + " \"data/train.tsv\"?",
        refused("mvn:com.acme:reviews:1.0!data/tests.tsv", Coordinate.Kind.FILE, two));
    assertTrue(
        refused("mvn:com.acme:reviews:1.0", Coordinate.Kind.FILE, two)
            .startsWith("com.acme:reviews:zip:1.0 is an archive of 2 files; name one of them"));
    assertTrue(
        refused("mvn:com.acme:reviews:1.0!../../x", Coordinate.Kind.FILE, two)
            .startsWith("com.acme:reviews:zip:1.0 has no \"../../x\""));
  }

  @Test
  void itIsUnpackedOnceUntilItChanges() throws IOException {
    Path zip = zip("config.json");
    Path first = fetch("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, zip).path();
    Files.writeString(first.resolve("config.json"), "seen");
    assertEquals(first, fetch("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, zip).path());
    assertEquals("seen", Files.readString(first.resolve("config.json")));

    Path again = zip("config.json");
    Files.setLastModifiedTime(again, FileTime.fromMillis(1_000_000));
    Path second = fetch("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, again).path();
    assertEquals("config.json", Files.readString(second.resolve("config.json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out.txt", "/out.txt", "a/../../out.txt", "a\\..\\..\\out.txt"})
  void anEntryThatLeadsOutIsRefused(String entry) throws IOException {
    String message =
        refused("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, zip("config.json", entry));
    assertTrue(message.contains("its entry \"" + entry + "\" leads out of it"), message);
    assertEquals(List.of("artifact-1.0.zip"), below(folder));
  }

  @Test
  void aDamagedArchiveLeavesNothing() throws IOException {
    Path zip = zip("config.json", "model.safetensors");
    byte[] bytes = Files.readAllBytes(zip);
    Files.write(zip, Arrays.copyOf(bytes, bytes.length / 2));
    String message = refused("mvn:com.acme:minilm:1.0", Coordinate.Kind.MODEL, zip);
    assertTrue(message.contains("is no whole archive"), message);
    assertEquals(List.of("artifact-1.0.zip"), below(folder));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mvn:", "mvn:a:b", "mvn:a:b:1:c:d", "mvn:a b:c:1", "mvn:a:b:1@", "mvn:a:b:1!"})
  void whatIsNoCoordinateIsRefused(String text) {
    assertFalse(refused(text, Coordinate.Kind.FILE, folder).isEmpty(), "it must say what is wrong");
    assertEquals(List.of(), asked);
  }

  /** The files below a folder. */
  private static List<String> below(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
