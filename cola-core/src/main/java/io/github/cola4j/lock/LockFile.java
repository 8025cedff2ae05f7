package io.github.cola4j.lock;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The lock beside a spec: {@code cola.lock} of {@code cola.yaml}, {@code specs/reviews.lock} of
 * {@code specs/reviews.yaml}. It is JSON, a value on a line, so that version control shows what
 * changed, and the same lock is the same bytes everywhere. It is compared by what it says, so that
 * line ends may be those of any system.
 */
public final class LockFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER) // the same text on every Java
          .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .defaultPrettyPrinter(
              new DefaultPrettyPrinter(
                      Separators.createDefaultInstance()
                          .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                          .withObjectEmptySeparator(""))
                  .withObjectIndenter(new DefaultIndenter("  ", "\n")))
          .build();

  private static final String FIX =
      "take it back from version control, or delete it and finetune again";
  private static final List<String> CONFLICT = List.of("<<<<<<<", "=======", ">>>>>>>");

  private LockFile() {}

  /** Where the lock of a spec stands. */
  public static Path of(Path spec) {
    String name = spec.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
    return spec.resolveSibling(name + ".lock");
  }

  /**
   * The lock in a file; empty if there is no file.
   *
   * @throws LockException if it cannot be read
   */
  public static Optional<Lock> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = text(file);
    int conflict = conflict(text);
    if (conflict > 0) {
      throw new LockException(
          file, conflict, "is left from a merge; take either side, and finetune again");
    }
    try {
      Lock lock = JSON.readValue(text, Lock.class);
      if (lock == null || lock.lockVersion() != Lock.VERSION) {
        throw new LockException(file, 0, "is no lock that this version of ColA knows; " + FIX);
      }
      return Optional.of(lock);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new LockException(
          file, at == null ? 0 : Math.max(0, at.getLineNr()), problem(e) + "; " + FIX);
    }
  }

  /**
   * Writes a lock.
   *
   * @throws StorageException or {@link UncheckedIOException} if that cannot be done
   */
  public static void write(Path file, Lock lock) {
    try {
      AtomicFiles.write(
          file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(lock) + "\n");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (IOException e) {
      throw new LockException(file, 0, "cannot be read as text (" + e + "); " + FIX);
    }
  }

  /** The first line that version control marked; 0 for none. */
  private static int conflict(String text) {
    List<String> lines = text.lines().toList();
    for (int line = 1; line <= lines.size(); line++) {
      if (CONFLICT.stream().anyMatch(lines.get(line - 1)::startsWith)) {
        return line;
      }
    }
    return 0;
  }

  private static String problem(JsonProcessingException e) {
    String said =
        e.getCause() instanceof IllegalArgumentException own
            ? own.getMessage()
            : e.getOriginalMessage().lines().findFirst().orElse("");
    boolean read = !(e.getCause() instanceof StreamReadException);
    if (read && e instanceof JsonMappingException mapping) {
      String key =
          mapping.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .filter(Objects::nonNull)
              .collect(Collectors.joining("."));
      return key.isEmpty() ? "is no lock (" + said + ")" : key + ": " + said;
    }
    return "is not JSON (" + said + ")";
  }
}
