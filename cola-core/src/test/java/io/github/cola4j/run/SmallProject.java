package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.golden.Golden;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import io.github.cola4j.worker.Worker;
import io.github.cola4j.worker.WorkerCommand;
import io.github.cola4j.worker.WorkerOutcome;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A folder as a user has it: {@code base/} with a tiny model whose dropout is on, data, and a
 * {@code cola.yaml} whose run goes to {@code run/}: 44 training rows in batches of 4, so 11 steps
 * an epoch.
 */
record SmallProject(Path folder) {
  static final int STEPS_PER_EPOCH = 11;
  static final Duration LONG = Duration.ofMinutes(3);
  static final String SPEC =
      """
      base: base
      data:
        train: {file: train.tsv, text: sentence}
        validation: {file: validation.tsv}
        max_length: 32
      adapter: {r: 4, lora_alpha: 8}
      training:
        epochs: 2
        batch_size: 4
        optimizer: {lr: 1e-2}
        seed: 7
      checkpoint: {every: 3}
      device: cpu
      threads: 1
      output: run
      """;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> GOOD = List.of("charming", "clear", "breeze", "spice");
  private static final List<String> BAD = List.of("rocks", "left", "called", "naive");
  private static final List<String> OTHERS =
      List.of("the", "coffee", "shop", "of", "city", "sailors", "often", "blue", "area", "journey");

  /** With a base of any architecture among the reference values, and a spec of one's own. */
  static SmallProject of(Path folder, String architecture, String spec) {
    SmallProject project = of(folder, architecture);
    try {
      for (String file : List.of("tokenizer_config.json", "generation_config.json")) {
        Path stored = Golden.file(architecture, "checkpoint", file);
        if (Files.exists(stored)) {
          Files.copy(stored, project.base().resolve(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    project.write("cola.yaml", spec + "device: cpu\nthreads: 1\noutput: run\n");
    return project;
  }

  /** With a classifier that is the base's own. */
  static SmallProject bert(Path folder) {
    return of(folder, "bert");
  }

  static SmallProject roberta(Path folder) {
    return of(folder, "roberta");
  }

  /** With a base that lacks the classifier, whose tensors have no {@code bert.} before them. */
  static SmallProject bareBert(Path folder) {
    SmallProject project = of(folder, "bert");
    project.rewriteWeights(
        tensors -> {
          Map<String, HostTensor> bare = new TreeMap<>();
          tensors.forEach(
              (name, tensor) -> {
                if (name.startsWith("bert.")) {
                  bare.put(name.substring("bert.".length()), tensor);
                }
              });
          return bare;
        });
    return project;
  }

  private static SmallProject of(Path folder, String architecture) {
    SmallProject project = new SmallProject(folder);
    try {
      Files.createDirectories(project.base());
      for (String file : List.of("model.safetensors", "tokenizer.json")) {
        Files.copy(Golden.file(architecture, "checkpoint", file), project.base().resolve(file));
      }
      ObjectNode config =
          (ObjectNode)
              JSON.readTree(Golden.file(architecture, "checkpoint", "config.json").toFile());
      config.put("hidden_dropout_prob", 0.1).put("attention_probs_dropout_prob", 0.1);
      project.write("base/config.json", config.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    project.write("train.tsv", rows(44, 1));
    project.write("validation.tsv", rows(30, 2));
    project.write("cola.yaml", SPEC);
    return project;
  }

  /** Sentences of known words, good ones (1) and bad ones (0), and a few that mislead. */
  static String rows(int count, long seed) {
    Random random = new Random(seed);
    StringBuilder table = new StringBuilder("sentence\tlabel\n");
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>();
      for (int w = random.nextInt(9); w >= 0; w--) {
        words.add(OTHERS.get(random.nextInt(OTHERS.size())));
      }
      int label = i % 2;
      List<String> telling = (random.nextInt(8) > 0) == (label == 1) ? GOOD : BAD;
      words.add(random.nextInt(words.size()), telling.get(random.nextInt(telling.size())));
      table.append(String.join(" ", words)).append('\t').append(label).append('\n');
    }
    return table.toString();
  }

  Path base() {
    return folder.resolve("base");
  }

  Path output() {
    return folder.resolve("run");
  }

  Path adapterFile() {
    return output().resolve("adapter/adapter_model.safetensors");
  }

  void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode json(String name) {
    try {
      return JSON.readTree(read(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void rewriteWeights(UnaryOperator<Map<String, HostTensor>> change) {
    Map<String, HostTensor> tensors = new TreeMap<>();
    Path file = base().resolve("model.safetensors");
    try (Safetensors weights = Safetensors.open(file)) {
      weights.names().forEach(name -> tensors.put(name, weights.read(name)));
    }
    SafetensorsWriter.write(file, change.apply(tensors), Map.of());
  }

  /**
   * Runs to the end, or until it is stopped, in this process.
   *
   * @param overrides say {@code "training.epochs=1"}
   */
  boolean finetune(EventSink events, StopSignal stop, boolean force, String... overrides) {
    return Finetuning.run(
        RunSpec.read(folder.resolve("cola.yaml"), overrides(overrides)), force, events, stop);
  }

  /** Runs to the end in this process. Returns its events. */
  List<Event> finetune(String... overrides) {
    List<Event> events = new ArrayList<>();
    if (!finetune(events::add, StopSignal.NEVER, false, overrides)) {
      throw new AssertionError("stopped by itself: " + events);
    }
    return events;
  }

  /**
   * Runs to the end in this process, asked to stop after each so many steps and begun again.
   *
   * @return how often it was stopped
   */
  int finetuneStopping(int every, String... overrides) {
    int stops = 0;
    AtomicBoolean enough = new AtomicBoolean();
    StopSignal stop =
        new StopSignal() {
          @Override
          public boolean requested() {
            return enough.get();
          }

          @Override
          public String reason() {
            return "enough";
          }
        };
    while (true) {
      long until = (long) every * (stops + 1);
      enough.set(false);
      EventSink watch =
          event -> {
            if (event instanceof Event.StepDone done && done.step() == until) {
              enough.set(true);
            }
          };
      if (finetune(watch, stop, false, overrides)) {
        return stops;
      }
      stops++;
    }
  }

  /** What a user reads who runs this, in this process; fails if it can be run. */
  Failure complaint(String... overrides) {
    List<Event> events = new ArrayList<>();
    try {
      finetune(events::add, StopSignal.NEVER, false, overrides);
    } catch (RuntimeException e) {
      return new FinetuneJob().describe(e);
    }
    throw new AssertionError("no complaint, but " + events);
  }

  /** A worker that fine-tunes. */
  WorkerCommand worker(String... overrides) {
    ObjectNode arguments =
        JsonNodeFactory.instance
            .objectNode()
            .put("spec", folder.resolve("cola.yaml").toString())
            .put("force", false);
    overrides(overrides).forEach(arguments.putObject("overrides")::put);
    return worker(FinetuneJob.class.getName(), arguments);
  }

  private WorkerCommand worker(String job, ObjectNode arguments) {
    List<Path> classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toList();
    return WorkerCommand.of(classPath, folder.resolve("logs"), job, arguments)
        .withJava(WorkerCommand.currentJava(), List.of("-Dai.djl.offline=true"))
        .withLimits(LONG, LONG);
  }

  /** Fine-tunes in a worker. */
  WorkerOutcome inWorker(String... overrides) {
    List<String> log = new ArrayList<>();
    try {
      return Worker.run(worker(overrides), event -> {}, log::add, StopSignal.NEVER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The predictions of the run's adapter, in this process. */
  JsonNode predictions(List<List<String>> texts) {
    return predictions(output(), texts);
  }

  static JsonNode predictions(Path run, List<List<String>> texts) {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("run", run.toString());
    texts.forEach(row -> row.forEach(arguments.withArray("texts").addArray()::add));
    return new PredictJob()
        .run(new JobContext(arguments, event -> {}, StopSignal.NEVER))
        .value()
        .get("predictions");
  }

  /** What a user reads who asks for predictions. */
  static Failure predictionComplaint(Path run, List<List<String>> texts) {
    try {
      throw new AssertionError("no complaint, but " + predictions(run, texts));
    } catch (RuntimeException e) {
      return new PredictJob().describe(e);
    }
  }

  private static Map<String, String> overrides(String... texts) {
    Map<String, String> overrides = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      overrides.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return overrides;
  }

  /** SHA-256 of what must be the same, byte for byte, for the same run. */
  Map<String, String> result() {
    Map<String, String> all = digests(output());
    all.keySet()
        .retainAll(
            List.of(
                "adapter/adapter_model.safetensors", "adapter/adapter_config.json", "spec.yaml"));
    return all;
  }

  /** SHA-256 of every file in a folder, by its path there. */
  static Map<String, String> digests(Path folder) {
    Map<String, String> digests = new TreeMap<>();
    if (!Files.exists(folder)) {
      return digests;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        digests.put(
            folder.relativize(file).toString().replace('\\', '/'),
            HexFormat.of().formatHex(digest));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return digests;
  }

  /** The lines of {@code metrics.jsonl} of one type. */
  List<JsonNode> metrics(String type) {
    return read("run/metrics.jsonl")
        .lines()
        .map(
            line -> {
              try {
                return JSON.readTree(line);
              } catch (IOException e) {
                throw new UncheckedIOException(line, e);
              }
            })
        .filter(line -> line.get("type").asText().equals(type))
        .toList();
  }

  /** The steps that {@code metrics.jsonl} tells, in its order. */
  List<Long> steps() {
    return metrics("step_done").stream().map(line -> line.get("step").asLong()).toList();
  }
}
