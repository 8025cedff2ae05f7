package io.github.cola4j.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.data.FileDigest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
 * adapter/        the result, a PEFT folder; with users, what is everybody's
 * users/          with users who have adapters of their own, a folder of each: users/ann/adapter/
 * summary.json    what came out; there if, and only if, the run is finished
 * evaluation.json what an evaluation of the finished run gave; evaluation-….json: of other models or rows
 * merged/         where somebody merged it: the base with the adapter in its weights
 * exported/       where somebody exported it: the adapters for others
 * </pre>
 */
final class RunFolder implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String LOCK = ".cola.lock";
  static final String SPEC = "spec.yaml";
  static final String INPUTS = "inputs.json";
  static final String SUMMARY = "summary.json";
  private static final String EVALUATION = "evaluation";
  private static final String CHECKPOINT = "checkpoint";
  static final String ADAPTER = "adapter";
  static final String USERS = "users";

  /** Where the summary tells the digests of {@link #results}. */
  static final String RESULTS = "results";

  private static final int MOST_LISTED = 3;
  private static final String TEMPORARY = ".tmp-";

  /**
   * What is made of a finished run: folders of these names, or with a user's behind. They are not
   * the run's results, but go when it is thrown away.
   */
  static final String MERGED = "merged";

  static final String EXPORTED = "exported";

  /**
   * In the order in which they are thrown away: without its inputs a run has not begun, so what a
   * process leaves that is killed in between is not taken for a run.
   */
  private static final List<String> OURS =
      List.of(SUMMARY, INPUTS, ADAPTER, USERS, CHECKPOINT, "metrics.jsonl", SPEC);

  private final Path folder;
  private final FileChannel channel;
  private final FileLock lock;

  /**
   * Makes sure that a run may begin or go on in a folder, without changing anything in it.
   *
   * @param force whether a finished run may be thrown away
   * @throws RunException if it holds a finished run, or files that no run wrote
   */
  static void check(Path folder, boolean force) {
    try {
      refuseForeign(folder);
    } catch (IOException e) {
      throw new CheckpointException(folder, "cannot be read: " + e.getMessage(), e);
    }
    if (!force && Files.exists(folder.resolve(SUMMARY))) {
      throw new RunException(
          "the run at " + folder + " is finished already",
          "force it to train from scratch, delete the folder, or set output: to another one");
    }
  }

  /**
   * Takes the folder, making it if need be.
   *
   * @param force whether what stands there is thrown away
   * @throws RunException if another process has it, or as for {@link #check}
   */
  static RunFolder take(Path folder, boolean force) {
    check(folder, force);
    RunFolder taken = lock(folder);
    try {
      check(folder, force); // another process may just have finished
      if (force) {
        taken.clear();
      }
      taken.deleteLeftovers();
      return taken;
    } catch (RuntimeException e) {
      taken.close();
      throw e;
    }
  }

  private static RunFolder lock(Path folder) {
    try {
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

  /** A folder is a run's if it is empty, or has a run's lock, or its spec and inputs. */
  private static void refuseForeign(Path folder) throws IOException {
    if (!Files.isDirectory(folder)
        || Files.exists(folder.resolve(LOCK))
        || Files.exists(folder.resolve(SPEC)) && Files.exists(folder.resolve(INPUTS))) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      if (!names.isEmpty()) {
        throw new RunException(
            "the output folder %s holds files that no run wrote (%s%s)"
                .formatted(
                    folder,
                    String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size()))),
                    names.size() > MOST_LISTED ? ", …" : ""),
            "set output: to an empty folder, or to one that does not exist yet");
      }
    }
  }

  /** Whether there is something to go on from. */
  boolean hasCheckpoint() {
    return hasCheckpoint(folder);
  }

  /** The same for any folder. */
  static boolean hasCheckpoint(Path folder) {
    return Files.exists(folder.resolve(INPUTS))
        && Files.exists(folder.resolve(SPEC))
        && !TrainingState.saved(folder.resolve(CHECKPOINT)).isEmpty();
  }

  /** Throws away what an earlier run left here. */
  void clear() {
    for (String name : OURS) {
      delete(folder.resolve(name));
    }
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(RunFolder::isMadeOfIt).toList().forEach(RunFolder::delete);
    } catch (IOException e) {
      throw StorageException.of(folder, e);
    }
  }

  /** Evaluations, merged models and exports, and what a killed process left of writing them. */
  private static boolean isMadeOfIt(Path file) {
    return file.getFileName()
        .toString()
        .matches(
            "((%s|%s)(-.*)?|%s(-.*)?\\.json)(\\.(tmp|old)-.*)?"
                .formatted(MERGED, EXPORTED, EVALUATION));
  }

  /**
   * Where an evaluation goes.
   *
   * @param of what it is of, parts of a file's name; none for the run's own model and rows
   */
  static Path evaluation(Path folder, List<String> of) {
    String name =
        of.stream()
            .map(part -> "-" + fileName(part))
            .collect(Collectors.joining("", EVALUATION, ".json"));
    return folder.resolve(name);
  }

  /**
   * A text as a part of a file's name: letters and digits of all scripts stay, other characters
   * become {@code %20} and the like, so that different texts stay different.
   */
  static String fileName(String text) {
    StringBuilder name = new StringBuilder();
    text.codePoints()
        .forEach(
            character -> {
              if (Character.isLetterOrDigit(character) || "_.-".indexOf(character) >= 0) {
                name.appendCodePoint(character);
              } else {
                for (byte part : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                  name.append("%%%02X".formatted(part));
                }
              }
            });
    return name.toString();
  }

  /** Deletes what a killed process was just writing. */
  private void deleteLeftovers() {
    for (Path place : List.of(folder, checkpoints())) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> files = Files.list(place)) {
          files.filter(this::isLeftover).toList().forEach(RunFolder::delete);
        } catch (IOException e) {
          throw StorageException.of(place, e);
        }
      }
    }
  }

  private boolean isLeftover(Path file) {
    String name = file.getFileName().toString();
    int end = name.indexOf(TEMPORARY);
    return end > 0
        && (file.getParent().equals(checkpoints()) || OURS.contains(name.substring(0, end)));
  }

  Path path() {
    return folder;
  }

  Path spec() {
    return folder.resolve(SPEC);
  }

  Path inputs() {
    return folder.resolve(INPUTS);
  }

  Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  Path checkpoints() {
    return folder.resolve(CHECKPOINT);
  }

  Path adapter() {
    return folder.resolve(ADAPTER);
  }

  /** Where users have a folder each. */
  Path users() {
    return folder.resolve(USERS);
  }

  /** A user's adapter. */
  Path adapter(String user) {
    return adapter(folder, user);
  }

  /** The same in any run's folder. */
  static Path adapter(Path folder, String user) {
    return folder.resolve(USERS).resolve(user).resolve(ADAPTER);
  }

  Path summary() {
    return folder.resolve(SUMMARY);
  }

  /** SHA-256 of every file of the adapters, by its path within this folder, sorted. */
  Map<String, String> results() {
    return results(folder);
  }

  /** The same for any run's folder. */
  static Map<String, String> results(Path folder) {
    Map<String, String> digests = new TreeMap<>();
    for (String name : List.of(ADAPTER, USERS)) {
      Path root = folder.resolve(name);
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            digests.put(
                folder.relativize(file).toString().replace('\\', '/'),
                FileDigest.of(List.of(file)));
          }
        } catch (IOException e) {
          throw StorageException.of(root, e);
        }
      }
    }
    return digests;
  }

  /**
   * What has become of the adapters that a finished run ended with, a line for each that is not
   * what it was.
   *
   * @param are what {@link #results} tells now
   * @param summary of the run; one of before it told {@link #RESULTS} cannot say
   */
  static List<String> changedResults(Map<String, String> are, JsonNode summary) {
    return summary.path(RESULTS).properties().stream()
        .filter(was -> !was.getValue().asText().equals(are.get(was.getKey())))
        .map(was -> was.getKey() + (are.containsKey(was.getKey()) ? " was changed" : " is gone"))
        .sorted()
        .toList();
  }

  static void writeJson(Path file, JsonNode content) {
    try {
      AtomicFiles.write(file, JSON.writeValueAsString(content) + "\n");
    } catch (IOException e) {
      throw StorageException.of(file, e);
    }
  }

  /**
   * Reads what a run tells of itself.
   *
   * @param name {@link #INPUTS} or {@link #SUMMARY}
   * @throws CheckpointException if it cannot be read
   */
  static JsonNode told(Path folder, String name) {
    try {
      return parse(folder.resolve(name));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          folder.resolve(name),
          damage(e)
              + (Files.exists(folder.resolve(SUMMARY))
                  ? "; put it back as it was, or finetune again"
                  : "; put it back as it was, force it to train from scratch, or delete the folder"),
          e);
    }
  }

  /** Whether what a run tells of itself is no JSON any more. */
  static boolean isDamaged(Path folder, String name) {
    try {
      parse(folder.resolve(name));
      return false;
    } catch (JsonProcessingException e) {
      return true;
    }
  }

  /**
   * Reads another file; what is to be done about one that is damaged, the caller says.
   *
   * @throws CheckpointException if it cannot be read
   */
  static JsonNode readJson(Path file) {
    try {
      return parse(file);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file, damage(e), e);
    }
  }

  private static JsonNode parse(Path file) throws JsonProcessingException {
    String text;
    try {
      // Bytes that are no text become characters that are no JSON.
      text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
    return JSON.readValue(text, ObjectNode.class);
  }

  /** The parser's own words speak of its innards. */
  private static String damage(JsonProcessingException problem) {
    return problem.getLocation() == null
        ? "is damaged"
        : "is damaged in line " + problem.getLocation().getLineNr();
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
