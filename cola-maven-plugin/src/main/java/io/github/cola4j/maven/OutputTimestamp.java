package io.github.cola4j.maven;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.apache.maven.plugin.MojoFailureException;

/** What Maven's {@code project.build.outputTimestamp} says of the times in archives. */
final class OutputTimestamp {
  /** The earliest that a zip can tell. */
  private static final LocalDateTime EARLIEST = LocalDateTime.of(1980, 1, 1, 0, 0);

  private OutputTimestamp() {}

  /**
   * The time, in UTC: that of the property, in seconds since 1970 or as {@code
   * 2026-01-01T00:00:00Z}; the earliest one where it is not set, since the time of a build says
   * nothing of an adapter.
   */
  static LocalDateTime of(String property) throws MojoFailureException {
    if (property == null || property.length() < 2) { // one letter turns it off, by convention
      return EARLIEST;
    }
    try {
      Instant time =
          property.matches("\\d+")
              ? Instant.ofEpochSecond(Long.parseLong(property))
              : OffsetDateTime.parse(property).toInstant();
      LocalDateTime utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
      return utc.isBefore(EARLIEST) ? EARLIEST : utc;
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new MojoFailureException(
          Advice.perhaps(
              "project.build.outputTimestamp is " + property,
              "write it as 2026-01-01T00:00:00Z, or in seconds since 1970"));
    }
  }
}
