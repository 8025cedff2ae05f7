package io.github.cola4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Files as one zip. The same files give the same bytes: entries are sorted, have one time, and are
 * stored as they are, since what a compressor makes depends on the JDK, and weights gain nothing.
 */
public final class StoredZip {
  private StoredZip() {}

  /**
   * Writes it.
   *
   * @param files by their names in the zip
   * @param time of all entries
   */
  public static void write(Path zip, Map<String, Path> files, LocalDateTime time) {
    AtomicFiles.write(
        zip,
        channel -> {
          ZipOutputStream out = new ZipOutputStream(Channels.newOutputStream(channel));
          for (Map.Entry<String, Path> file : new TreeMap<>(files).entrySet()) {
            store(out, file.getKey(), file.getValue(), time);
          }
          out.finish();
        });
  }

  private static void store(ZipOutputStream out, String name, Path file, LocalDateTime time)
      throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(Files.size(file));
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(time); // in no zone, so that machines' zones do not count
    out.putNextEntry(entry);
    Files.copy(file, out);
    out.closeEntry();
  }
}
