package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same adapters give the same bytes, wherever and whenever they are packed. */
class AdapterZipTest {
  @TempDir Path folder;

  private Path run(String name) throws IOException {
    Path run = folder.resolve(name);
    for (String file :
        List.of("adapter/b.json", "adapter/a.bin", "users/bob/adapter/c", "users/ann/adapter/c")) {
      Files.createDirectories(run.resolve(file).getParent());
      Files.writeString(run.resolve(file), "of " + file);
    }
    Files.createDirectories(run.resolve("checkpoint"));
    Files.writeString(run.resolve("summary.json"), "is not the adapter's");
    return run;
  }

  @Test
  void theBytesDependOnTheAdaptersAlone() throws Exception {
    LocalDateTime time = OutputTimestamp.of("2026-01-01T01:00:00+01:00");
    Path first = folder.resolve("first.zip");
    AdapterZip.write(run("one"), time, first);
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
      AdapterZip.write(run("two"), time, folder.resolve("second.zip"));
    } finally {
      TimeZone.setDefault(before);
    }
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(folder.resolve("second.zip")));
    List<String> names = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(first))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName() + ": " + new String(in.readAllBytes()));
        assertEquals(LocalDateTime.of(2026, 1, 1, 0, 0), entry.getTimeLocal());
      }
    }
    assertEquals(
        List.of(
            "a.bin: of adapter/a.bin",
            "b.json: of adapter/b.json",
            "users/ann/c: of users/ann/adapter/c",
            "users/bob/c: of users/bob/adapter/c"),
        names);
  }

  @Test
  void theTimeIsMavens() throws MojoFailureException {
    LocalDateTime earliest = LocalDateTime.of(1980, 1, 1, 0, 0);
    assertEquals(earliest, OutputTimestamp.of(null));
    assertEquals(earliest, OutputTimestamp.of("n"));
    assertEquals(earliest, OutputTimestamp.of("10"));
    assertEquals(LocalDateTime.of(2020, 9, 13, 12, 26, 40), OutputTimestamp.of("1600000000"));
    assertThrows(MojoFailureException.class, () -> OutputTimestamp.of("yesterday"));
  }
}
