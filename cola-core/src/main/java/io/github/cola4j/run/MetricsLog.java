package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventJson;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** {@code metrics.jsonl}: a line for each step and each validation, as the events tell them. */
final class MetricsLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final BufferedWriter writer;

  /**
   * Opens the log, keeping what was told up to a step. A process that was killed may have told
   * later steps, which will be told again, and half a line.
   */
  MetricsLog(Path file, long keepUpTo) {
    this.file = file;
    try {
      StringBuilder kept = new StringBuilder();
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          if (step(line) <= keepUpTo) {
            kept.append(line).append('\n');
          }
        }
      }
      AtomicFiles.write(file, kept.toString());
      writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw StorageException.of(file, e);
    }
  }

  void add(Event event) {
    try {
      writer.write(JSON.writeValueAsString(EventJson.write(event)));
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      throw StorageException.of(file, e);
    }
  }

  /** The step that a line is about; later than all if it is no whole line. */
  private static long step(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return node.has("step") ? node.get("step").asLong() : Long.MAX_VALUE;
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw StorageException.of(file, e);
    }
  }
}
