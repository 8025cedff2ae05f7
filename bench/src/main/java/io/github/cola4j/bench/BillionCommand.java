package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.worker.DeviceChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code billion}: a check, not a measurement: a base of a billion parameters in little memory. */
@Command(
    name = "billion",
    showDefaultValues = true,
    description =
        "Checks that a Llama of 1.1 billion parameters (random BF16 weights in shards, 2.2 GB of"
            + " temporary files) is read, forwarded and generates within a limit of memory, and"
            + " that damaged copies of it are refused by name. Exits with 1 if not.")
final class BillionCommand implements Bench.Measuring {
  private static final long BILLION = 1_000_000_000;
  private static final long NEEDED_DISK = 3 * BILLION;
  private static final double KIBI = 1024;
  private static final String INDEX = "model.safetensors.index.json";
  private static final String CONFIG = "config.json";

  @Spec private CommandSpec spec;

  @Option(names = "--threads", description = "Threads of one tensor operation.")
  private int threads = 2;

  @Option(names = "--limit-gib", description = "The most memory that may be resident, GiB.")
  private double limit = 8;

  @Option(names = "--shard-mb", description = "A shard is full when it has so many megabytes.")
  private int shard = 500;

  @Override
  public ObjectNode call() throws IOException {
    Checked checked = new Checked(spec);
    checked.atLeast(1, "--threads", threads);
    checked.above(0, "--limit-gib", limit);
    checked.atLeast(1, "--shard-mb", shard);
    try (ScratchFolder scratch = ScratchFolder.create()) {
      requireRoom(scratch.path());
      Path folder = Files.createDirectory(scratch.path().resolve("base"));
      ObjectNode result = Forked.JSON.createObjectNode();
      RandomBase base = write(folder, result);

      ObjectNode forward = used(folder, LargeBaseSettings.Work.FORWARD, result, "forward");
      // A model that knows nothing holds all tokens for about as likely as each other.
      double loss = forward.path("loss").asDouble(Double.NaN);
      double even = Math.log(config().path("vocab_size").asInt());
      require(Math.abs(loss - even) < 1, "the loss is " + loss + ", not about " + even);

      ObjectNode generated = used(folder, LargeBaseSettings.Work.GENERATE, result, "generate");
      String text = generated.path("text").asText();
      require(
          text.split(" ").length == LargeBaseJob.NEW_TOKENS,
          "not " + LargeBaseJob.NEW_TOKENS + " tokens were generated: \"" + text + "\"");

      ArrayNode refused = result.putArray("refused");
      refused.add(refusal(withoutShard(folder, base), base.files().get(1).getFileName()));
      refused.add(refusal(withNameTwice(folder, base), INDEX, "model.norm.weight"));
      refused.add(refusal(withOtherShape(folder), CONFIG, "model.layers.0.mlp.gate_proj.weight"));
      return result;
    }
  }

  private static void requireRoom(Path folder) throws IOException {
    FileStore disk = Files.getFileStore(folder);
    require(
        disk.getUsableSpace() >= NEEDED_DISK,
        "%d GB of temporary files are needed, and %s has room for %.1f GB; make room, or name another folder: java -Djava.io.tmpdir=<folder> -jar …"
            .formatted(NEEDED_DISK / BILLION, folder, (double) disk.getUsableSpace() / BILLION));
  }

  private static ObjectNode config() {
    return PublicModel.config("tinyllama-1.1b");
  }

  private RandomBase write(Path folder, ObjectNode result) {
    System.err.println("writing 2.2 GB of random weights …");
    long start = System.nanoTime();
    RandomBase base = RandomBase.write(folder, config(), ElementType.BF16, 0, shard * 1_000_000L);
    WordTokenizer.write(folder, config().path("vocab_size").asInt());
    require(base.parameters() >= BILLION, "only " + base.parameters() + " parameters");
    require(base.files().size() > 1, "all weights are in one file; choose a smaller --shard-mb");
    result.put("parameters", base.parameters()).put("shards", base.files().size());
    result.put("bytes", base.bytes());
    result.put("write_s", Rounded.of((System.nanoTime() - start) / 1e9, 2));
    return base;
  }

  /** Uses the base in a process of its own, whose memory has to stay within the limit. */
  private ObjectNode used(
      Path folder, LargeBaseSettings.Work work, ObjectNode result, String name) {
    ObjectNode used = run(work, folder);
    result.set(name, used);
    System.err.println(name + ": " + used);
    double gib = used.path("peak_rss_mb").asDouble() / KIBI;
    require(gib > 0, "the platform does not tell how much memory is resident");
    require(gib <= limit, "%s: %.2f GiB were resident, %s are allowed".formatted(name, gib, limit));
    return used;
  }

  private ObjectNode run(LargeBaseSettings.Work work, Path folder) {
    return Forked.run(
        LargeBaseJob.class,
        new LargeBaseSettings(work, folder.toString(), threads),
        DeviceChoice.CPU);
  }

  /**
   * Makes sure that a damaged base is refused for its damage.
   *
   * @param named what the message has to name
   * @return the message
   */
  private String refusal(Path damaged, Object... named) {
    String message = null;
    try {
      run(LargeBaseSettings.Work.FORWARD, damaged);
    } catch (BenchException e) {
      message = e.getMessage();
    }
    require(message != null, "a damaged base was read: " + damaged.getFileName());
    System.err.println(damaged.getFileName() + " refused: " + message);
    for (Object name : named) {
      require(message.contains(name.toString()), "it is not said of " + name + ": " + message);
    }
    return message.replace(damaged.toString(), damaged.getFileName().toString());
  }

  private static Path withoutShard(Path folder, RandomBase base) throws IOException {
    Path copy = copy(folder, "missing-shard");
    Files.delete(copy.resolve(base.files().get(1).getFileName()));
    return copy;
  }

  private static Path withNameTwice(Path folder, RandomBase base) throws IOException {
    Path copy = copy(folder, "name-twice");
    String start = "\"weight_map\":{";
    String again = "\"model.norm.weight\":\"%s\",".formatted(base.files().get(0).getFileName());
    replace(copy.resolve(INDEX), start, start + again);
    return copy;
  }

  private static Path withOtherShape(Path folder) throws IOException {
    Path copy = copy(folder, "other-shape");
    replace(copy.resolve(CONFIG), "\"intermediate_size\":5632", "\"intermediate_size\":5600");
    return copy;
  }

  /** The same files once more, without the room that they take. */
  private static Path copy(Path folder, String name) throws IOException {
    Path copy = Files.createDirectory(folder.resolveSibling(name));
    try (var files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.createLink(copy.resolve(file.getFileName()), file);
      }
    }
    return copy;
  }

  /** In a file of its own, since the original goes by a second name. */
  private static void replace(Path file, String what, String by) throws IOException {
    String text = Files.readString(file);
    require(text.contains(what), file + " does not hold " + what);
    Files.delete(file);
    Files.write(file, List.of(text.replace(what, by)), StandardCharsets.UTF_8);
  }

  private static void require(boolean fulfilled, String complaint) {
    if (!fulfilled) {
      throw new BenchException(complaint);
    }
  }
}
