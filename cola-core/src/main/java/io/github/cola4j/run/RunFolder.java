package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a run, and what lies where in it. A run holds its lock from begin to end, so that
 * no two processes write into one.
 *
 * <pre>
 * spec.yaml       the resolved spec
 * inputs.json     digests of what goes in beside it
 * metrics.jsonl   a line for each step and validation
 * checkpoint/     states to go on from
 * adapter/        the result, a PEFT folder
 * summary.json    what came out; there if, and only if, the run is finished
 * </pre>
 */
final class RunFolder implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String LOCK = ".lock";
  private static final List<String> OURS =
      List.of("summary.json", "adapter", "checkpoint", "metrics.jsonl", "inputs.json", "spec.yaml");

  private final Path folder;
  private final FileChannel channel;
  private final FileLock lock;

  /**
   * Takes the folder, making it if need be.
   *
   * @throws RunException if another process has it, or it holds files that no run wrote
   */
  static RunFolder take(Path folder) {
    try {
      refuseForeign(folder);
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new RunException(
            "another run is writing into " + folder,
            "wait for it, or set output: to another folder");
      }
      return new RunFolder(folder, channel, lock);
    } catch (IOException e) {
      throw StorageException.of(folder, e);
    }
  }

  private RunFolder(Path folder, FileChannel channel, FileLock lock) {
    this.folder = folder;
    this.channel = channel;
    this.lock = lock;
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  private static void refuseForeign(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || Files.exists(folder.resolve("spec.yaml"))) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> foreign =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.equals(LOCK))
              .limit(3)
              .toList();
      if (!foreign.isEmpty() && foreign.stream().noneMatch(name -> name.contains(".tmp-"))) {
        throw new RunException(
            "the output folder %s holds files that no run wrote (%s)"
                .formatted(folder, String.join(", ", foreign)),
            "set output: to an empty folder, or to one that does not exist yet");
      }
    }
  }

  /** Throws away what an earlier run left here. */
  void clear() {
    for (String name : OURS) {
      delete(folder.resolve(name));
    }
  }

  Path path() {
    return folder;
  }

  Path spec() {
    return folder.resolve("spec.yaml");
  }

  Path inputs() {
    return folder.resolve("inputs.json");
  }

  Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  Path checkpoints() {
    return folder.resolve("checkpoint");
  }

  Path adapter() {
    return folder.resolve("adapter");
  }

  Path summary() {
    return folder.resolve("summary.json");
  }

  static void writeJson(Path file, JsonNode content) {
    try {
      AtomicFiles.write(file, JSON.writeValueAsString(content) + "\n");
    } catch (IOException e) {
      throw StorageException.of(file, e);
    }
  }

  /**
   * @throws CheckpointException if it cannot be read
   */
  static JsonNode readJson(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  static void delete(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw StorageException.of(path, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw StorageException.of(folder, e);
    }
  }
}
