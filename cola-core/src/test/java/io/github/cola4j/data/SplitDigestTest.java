package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.cola4j.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changed data is noticed, whatever it looks like. */
class SplitDigestTest {
  @TempDir Path folder;

  @BeforeEach
  void base() throws IOException {
    Files.createDirectory(folder.resolve("base"));
  }

  private String digest(String base, String train) {
    String yaml =
        """
        base: %s
        task: %s
        data: {train: {%s}}
        """
            .formatted(base, base.equals("cnn") ? "image-classification" : "causal-lm", train);
    RunSpec spec = RunSpec.parse(yaml, folder.resolve("cola.yaml"), Map.of());
    return SplitDigest.of(spec.data().train());
  }

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  @Test
  void aFilesIsItsSha256() throws IOException {
    write("abc.txt", "abc");
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        digest("base", "file: abc.txt"));
  }

  @Test
  void picturesAndLabelsCountBoth() throws IOException {
    write("images", "some");
    write("labels", "more");
    String both = digest("cnn", "file: images, labels: labels, format: idx");
    write("labels", "mere");
    String other = digest("cnn", "file: images, labels: labels, format: idx");
    assertNotEquals(both, other);
    write("images", "same");
    assertNotEquals(other, digest("cnn", "file: images, labels: labels, format: idx"));
  }

  @Test
  void aFoldersTellsContentsAndNamesOfWhatIsRead() throws IOException {
    write("pictures/a/1.png", "one");
    write("pictures/a/2.png", "two");
    write("pictures/b/1.png", "three");
    String first = digest("cnn", "file: pictures");
    assertEquals(first, digest("cnn", "file: pictures"));
    write("pictures/a/notes.txt", "passed over");
    assertEquals(first, digest("cnn", "file: pictures"));
    Files.move(folder.resolve("pictures/a/2.png"), folder.resolve("pictures/a/3.png"));
    String renamed = digest("cnn", "file: pictures");
    assertNotEquals(first, renamed);
    write("pictures/a/3.png", "four");
    assertNotEquals(renamed, digest("cnn", "file: pictures"));
    String limited = digest("cnn", "file: pictures, limit: 2");
    write("pictures/a/3.png", "beyond the limit");
    assertEquals(limited, digest("cnn", "file: pictures, limit: 2"));
  }
}
