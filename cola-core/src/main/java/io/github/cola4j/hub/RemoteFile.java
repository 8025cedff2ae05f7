package io.github.cola4j.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file of a repository at one commit, as the hub lists it.
 *
 * @param path folders separated by slashes; not yet known to be safe
 * @param size bytes of its content
 * @param blobId SHA-1 of the git blob, 40 hexadecimal digits; that of the pointer where the content
 *     is kept by git LFS
 * @param sha256 of the content, where it is kept by git LFS
 * @param xetHash what Python's library asks the hub's other storage for; kept for it, unused here
 */
record RemoteFile(
    String path, long size, String blobId, Optional<String> sha256, Optional<String> xetHash) {
  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException if a digest is none, or the size is negative
   */
  RemoteFile {
    if (size < 0
        || !SHA1.matcher(blobId).matches()
        || !sha256.map(text -> SHA256.matcher(text).matches()).orElse(true)) {
      throw new IllegalArgumentException(path + " has no proper size and digest");
    }
    xetHash = xetHash.filter(text -> SHA256.matcher(text).matches());
  }

  /** What the hub calls its ETag, and the cache its blob. */
  String digest() {
    return sha256.orElse(blobId);
  }

  /** Whether a local file's content has {@link #digest()}. Reads it all. */
  boolean isContentOf(Path local) throws IOException {
    MessageDigest digest = newDigest(sha256.isPresent() ? "SHA-256" : "SHA-1");
    if (sha256.isEmpty()) {
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    }
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(local)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(digest());
  }

  private static MessageDigest newDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
