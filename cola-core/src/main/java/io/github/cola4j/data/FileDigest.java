package io.github.cola4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What tells one state of a file from another. */
public final class FileDigest {
  private FileDigest() {}

  /** SHA-256 of files, one after the other, in hexadecimal. */
  public static String of(List<Path> files) {
    MessageDigest digest = sha256();
    files.forEach(file -> update(digest, file));
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * SHA-256 of files of a folder, in hexadecimal: of each its name within the folder with slashes,
   * as UTF-8, a zero byte, and the digest of its contents.
   */
  static String of(Path folder, List<Path> files) {
    MessageDigest digest = sha256();
    for (Path file : files) {
      for (Path part : folder.relativize(file)) {
        digest.update(("/" + part).getBytes(StandardCharsets.UTF_8));
      }
      digest.update((byte) 0);
      MessageDigest contents = sha256();
      update(contents, file);
      digest.update(contents.digest());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int count; (count = in.read(buffer)) >= 0; ) {
        digest.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
