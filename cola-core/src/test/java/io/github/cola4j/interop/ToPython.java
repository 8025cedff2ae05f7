package io.github.cola4j.interop;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.generate.EarlyStopping;
import io.github.cola4j.generate.GenerationControl;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.Strategy;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.Site;
import io.github.cola4j.merge.MergeSettings;
import io.github.cola4j.predict.GenerationDefaults;
import io.github.cola4j.predict.TextGenerator;
import io.github.cola4j.run.Finetuning;
import io.github.cola4j.run.FinishedRun;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.user.Sharing;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Trains on every architecture of a golden folder, and writes what Python shall load, with what it
 * shall compute then. {@code OUT/<architecture>/<case>/} holds
 *
 * <ul>
 *   <li>{@code base/}, {@code cola.yaml}, {@code train.jsonl}, {@code run/}: a run as a user has it
 *   <li>{@code merged/} and {@code merged-bf16/}: its merged model, unless the vocabulary's head
 *       reads a table that is adapted
 *   <li>{@code expected.safetensors}: {@code places} and the logits there with the {@code adapter},
 *       {@code merged} and {@code merged-bf16}; of a collaboration, what the users' adapters give
 *       together, and each low-rank one alone under the user's name
 *   <li>{@code case.json}: the task, the labels, the {@code users} of low-rank adapters, whether it
 *       was {@code merged}, and for models that write what they write
 * </ul>
 */
public final class ToPython {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NEW_TOKENS = 12;
  private static final int[] PROMPT_LENGTHS = {8, 5, 3};
  private static final List<String> TEXTS =
      List.of(
          "The sailors rode the breeze clear of the rocks.",
          "Somebody just left - guess who.",
          "it 's a charming and often affecting journey .",
          "name[Blue Spice], eatType[coffee shop], area[city centre]",
          "A coffee shop in the city centre area called Blue Spice.",
          "Naïve café, 東京 — 42%!");
  private static final List<String> OWNERS = List.of("ann", "bob", "cy");
  private static final String COLLABORATION = "users: {mode: collaboration, column: owner, list: {";
  private static final String SPEC =
      """
      base: base
      task: %s
      data:
        train: {file: train.jsonl, %s
        max_length: 48
      adapter: %s
      %s
      training: {epochs: 3, batch_size: 3, optimizer: {lr: 2e-2}}
      device: cpu
      threads: 1
      output: run
      """;
  private static final List<Case> ENCODERS =
      Stream.concat(
              Stream.of(
                  new Case("classifier", Task.SEQUENCE_CLASSIFICATION, "{r: 4, lora_alpha: 8}"),
                  new Case("fresh-head", Task.SEQUENCE_CLASSIFICATION, "{r: 3, lora_alpha: 5}")
                      .onBare(),
                  new Case("regression", Task.SEQUENCE_REGRESSION, "{target_modules: all-linear}")
                      .onBare(),
                  new Case(
                      "rslora-pattern",
                      Task.SEQUENCE_CLASSIFICATION,
                      "{r: 5, use_rslora: true, target_modules: '.*(query|intermediate\\.dense)'}"),
                  new Case(
                          "layers",
                          Task.SEQUENCE_CLASSIFICATION,
                          "{target_modules: [key, dense], layers_to_transform: [1]}")
                      .onBare()),
              sites(Task.SEQUENCE_CLASSIFICATION))
          .toList();
  private static final List<Case> DECODERS = writers(Task.CAUSAL_LM);
  private static final List<Case> ENCODER_DECODERS = writers(Task.SEQUENCE_TO_SEQUENCE);

  /** By {@code model_type}, what {@link Names} says; the others are named as Llama is. */
  private static final Map<String, Names> NAMES =
      Map.of(
          "bert",
          new Names("word_embeddings", "query", "intermediate.dense", "output.dense"),
          "roberta",
          new Names("word_embeddings", "query", "intermediate.dense", "output.dense"),
          "gpt2",
          new Names("wte", "c_attn", "mlp.c_fc", "mlp.c_proj"),
          "bart",
          new Names("embed_tokens", "q_proj", "fc1", "fc2"));

  private static final Names LLAMA = new Names("embed_tokens", "q_proj", "up_proj", "down_proj");

  private ToPython() {}

  /**
   * One run.
   *
   * @param bare whether the base lacks the classifier, and, of BERT, the pooler
   * @param adapter the spec's section, with the modules' names as {@link Names} has them
   * @param users {@code users.list} of a collaboration, likewise; empty: there are none
   */
  private record Case(
      String name, Task task, boolean bare, String adapter, Map<String, String> users) {
    Case(String name, Task task, String adapter) {
      this(name, task, false, adapter, Map.of());
    }

    Case onBare() {
      return new Case(name, task, true, adapter, users);
    }

    Case with(Map<String, String> collaborators) {
      return new Case(name, task, bare, adapter, new TreeMap<>(collaborators));
    }

    /** The users whose adapters PEFT loads. */
    List<String> lowRank() {
      return users.keySet().stream().filter(u -> !users.get(u).contains("linear")).toList();
    }
  }

  /**
   * What an architecture calls the table of words, a projection of the attention, and the two of
   * the feed-forward part.
   */
  private record Names(String words, String query, String wide, String narrow) {
    String in(String section) {
      return section
          .replace("WORDS", words)
          .replace("QUERY", query)
          .replace("WIDE", wide)
          .replace("NARROW", narrow);
    }
  }

  private static List<Case> writers(Task task) {
    List<Case> cases = new ArrayList<>();
    cases.add(new Case("language-model", task, "{r: 4, lora_alpha: 8}"));
    cases.add(
        new Case(
            "rslora-all-linear",
            task,
            "{r: 3, lora_alpha: 2, use_rslora: true, target_modules: all-linear}"));
    cases.add(new Case("layers", task, "{r: 2, layers_to_transform: [1]}"));
    if (task == Task.CAUSAL_LM) {
      Task classification = Task.SEQUENCE_CLASSIFICATION;
      cases.add(new Case("fresh-head", classification, "{r: 4, lora_alpha: 8}"));
      cases.add(
          new Case(
              "fresh-head-embeddings", classification, "{r: 4, target_modules: [QUERY, WORDS]}"));
    }
    sites(task).forEach(cases::add);
    return List.copyOf(cases);
  }

  /** Embeddings, patterns and exclusions, and users who collaborate. */
  private static Stream<Case> sites(Task task) {
    return Stream.of(
        new Case("embeddings", task, "{r: 4, lora_alpha: 8, target_modules: [QUERY, WORDS]}"),
        new Case(
            "patterns",
            task,
            "{r: 3, use_rslora: true, target_modules: [QUERY, WIDE, WORDS], rank_pattern: {WORDS: 5, '.*1\\..*QUERY': 2}, alpha_pattern: {WORDS: 3, WIDE: 12}}"),
        new Case(
            "excluded-patterns",
            task,
            "{r: 3, target_modules: '.*(QUERY|WIDE|NARROW)', exclude_modules: [WIDE], rank_pattern: {NARROW: 6}, alpha_pattern: {NARROW: 5}}"),
        new Case(
            "excluded-layer",
            task,
            "{r: 3, target_modules: [QUERY, NARROW, WORDS], exclude_modules: '.*\\.0\\..*', alpha_pattern: {'.*1\\..*QUERY': 7}}"),
        new Case("collaboration", task, "{r: 4, use_rslora: true, target_modules: [QUERY, WORDS]}")
            .with(
                Map.of(
                    "ann", "{}",
                    "bob", "{r: 2, lora_alpha: 3, target_modules: [QUERY, WIDE, WORDS]}",
                    "cy", "{kind: linear, target_modules: [WIDE, NARROW]}")),
        new Case("collaboration-excluded", task, "{target_modules: [QUERY, WORDS]}")
            .with(
                Map.of(
                    "ann",
                        "{use_rslora: true, rank_pattern: {WORDS: 3}, alpha_pattern: {QUERY: 5}}",
                    "bob", "{r: 5, target_modules: all-linear, exclude_modules: [QUERY]}",
                    "cy", "{kind: linear}")));
  }

  /**
   * @param args the golden folder, and the folder to write
   */
  public static void main(String[] args) throws IOException {
    Torch.start(1);
    Path golden = Path.of(args[0]);
    try (Stream<Path> folders = Files.list(golden)) {
      for (Path architecture : folders.sorted().toList()) {
        if (Files.exists(architecture.resolve("inputs.safetensors"))) {
          Path out = Path.of(args[1]).resolve(architecture.getFileName());
          JsonNode config = JSON.readTree(architecture.resolve("checkpoint/config.json").toFile());
          Names names = NAMES.getOrDefault(config.path("model_type").asText(), LLAMA);
          for (Case one : cases(config)) {
            write(one, names, architecture, out.resolve(one.name));
          }
          System.out.println(architecture.getFileName());
        }
      }
    }
  }

  private static List<Case> cases(JsonNode config) {
    String name = config.path("architectures").path(0).asText();
    return name.endsWith("ForSequenceClassification")
        ? ENCODERS
        : name.endsWith("ForConditionalGeneration") ? ENCODER_DECODERS : DECODERS;
  }

  private static void write(Case one, Names names, Path architecture, Path out) throws IOException {
    copyBase(architecture.resolve("checkpoint"), out.resolve("base"), one.bare);
    FinishedRun run = run(one, names, out);
    ObjectNode told = JSON.createObjectNode().put("task", one.task.key());
    run.labels().forEach(told.putArray("labels")::add);
    one.lowRank().forEach(told.putArray("users")::add);
    PaddedBatch batch = PaddedBatch.read(one.task, architecture.resolve("inputs.safetensors"));
    Map<String, HostTensor> expected = new TreeMap<>();
    long[] places = Arrays.stream(batch.places()).asLongStream().toArray();
    expected.put("places", HostTensor.longs(places, places.length));

    boolean merges;
    try (TaskModel opened = open(one, run, run.base());
        AdaptedModel model = stored(opened, run)) {
      merges = model.mergeable();
      told.put("merges", merges);
      expected.put(
          "adapter", one.users.isEmpty() ? batch.logits(model) : together(opened, run, batch));
      if (one.task.generates()) {
        told.set("adapter", generations(one.task, run.base(), model, batch));
      }
    }
    for (String user : one.lowRank()) {
      try (TaskModel opened = open(one, run, run.base());
          AdaptedModel model = stored(opened, run.asUser(user))) {
        expected.put(user, batch.logits(model));
      }
    }
    if (merges) {
      run.merge(out.resolve("merged"), MergeSettings.of(ElementType.F32));
      // A tiny model's logits are small sums, so rounding shows more than in one of a usual size.
      run.merge(out.resolve("merged-bf16"), new MergeSettings(Optional.of(ElementType.BF16), 1));
      for (String form : List.of("merged", "merged-bf16")) {
        BaseFolder base = BaseFolder.open(out.resolve(form));
        try (TaskModel opened = open(one, run, base);
            AdaptedModel model = AdaptedModel.bare(opened.manager(), opened.model())) {
          expected.put(form, batch.logits(model));
          if (one.task.generates() && form.equals("merged")) {
            told.set(form, generations(one.task, base, model, batch));
          }
        }
      }
    }
    SafetensorsWriter.write(out.resolve("expected.safetensors"), expected, Map.of());
    JSON.writerWithDefaultPrettyPrinter().writeValue(out.resolve("case.json").toFile(), told);
  }

  private static TaskModel open(Case one, FinishedRun run, BaseFolder base) {
    return TaskModel.open(one.task, base, Device.cpu(), run.labels().size(), 0);
  }

  private static AdaptedModel stored(TaskModel opened, FinishedRun run) {
    return AdaptedModel.stored(opened.manager(), opened.model(), PeftFolder.read(run.adapter()));
  }

  /** What the mean of the users' own adapters gives: not what was written of them together. */
  private static HostTensor together(TaskModel opened, FinishedRun run, PaddedBatch batch) {
    List<AdaptedModel> users = new ArrayList<>();
    Map<String, Site> sites = new TreeMap<>();
    try {
      for (String user : run.users()) {
        int number = users.size();
        users.add(stored(opened, run.asUser(user)));
        for (Site own : users.get(number).sites()) {
          SortedMap<Integer, Adapter> here = new TreeMap<>();
          here.put(number, own.adapter());
          Optional.ofNullable(sites.get(own.name())).map(Site::adapters).ifPresent(here::putAll);
          sites.put(own.name(), new Site(own.module(), here));
        }
      }
      Set<Integer> all = IntStream.range(0, users.size()).boxed().collect(Collectors.toSet());
      return batch.logits(
          opened.model(),
          new AdaptedModules(List.copyOf(sites.values()), false),
          Sharing.COLLABORATION.routing(new int[0], all),
          opened.manager());
    } finally {
      users.forEach(AdaptedModel::close);
    }
  }

  private static void copyBase(Path checkpoint, Path base, boolean bare) throws IOException {
    Files.createDirectories(base);
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        Files.copy(file, base.resolve(file.getFileName()));
      }
    }
    if (bare) {
      Path file = base.resolve("model.safetensors");
      Map<String, HostTensor> tensors = new TreeMap<>();
      try (Safetensors weights = Safetensors.open(file)) {
        for (String name : weights.names()) {
          if (!name.startsWith("classifier.") && !name.contains("pooler.")) {
            tensors.put(name.substring(name.indexOf('.') + 1), weights.read(name));
          }
        }
      }
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
  }

  private static FinishedRun run(Case one, Names names, Path out) throws IOException {
    int classes = classes(out.resolve("base/model.safetensors"));
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < TEXTS.size(); i++) {
      ObjectNode row = JSON.createObjectNode().put("text", TEXTS.get(i));
      switch (one.task) {
        // Far from 0: next to it, a number that is a sum has lost its digits.
        case SEQUENCE_REGRESSION -> row.put("label", 0.5 * i + 4);
        case SEQUENCE_TO_SEQUENCE -> row.put("target", TEXTS.get((i + 1) % TEXTS.size()));
        default -> row.put("label", "class " + "ABC".charAt(i % classes));
      }
      row.put("owner", OWNERS.get(i % OWNERS.size()));
      rows.append(row).append('\n');
    }
    Files.writeString(out.resolve("train.jsonl"), rows);
    String columns =
        one.task == Task.SEQUENCE_TO_SEQUENCE
            ? "source: text, target: target}\n  max_target_length: 48"
            : "text: text}";
    Path spec = out.resolve("cola.yaml");
    StringBuilder users = new StringBuilder();
    one.users.forEach(
        (name, adapter) ->
            users
                .append(users.isEmpty() ? COLLABORATION : ", ")
                .append("%s: {adapter: %s}".formatted(name, names.in(adapter))));
    Files.writeString(
        spec,
        SPEC.formatted(
            one.task.key(),
            columns,
            names.in(one.adapter),
            users.isEmpty() ? "" : users.append("}}")));
    Finetuning.run(RunSpec.read(spec, Map.of()), true, event -> {}, StopSignal.NEVER);
    return FinishedRun.open(out.resolve("run"));
  }

  /** Those of the base's own head, else three. */
  private static int classes(Path weights) {
    try (Safetensors file = Safetensors.open(weights)) {
      return Stream.of("classifier.weight", "classifier.out_proj.weight")
          .filter(file.names()::contains)
          .mapToInt(name -> (int) file.info(name).shape().get(0))
          .findFirst()
          .orElse(3);
    }
  }

  /** New tokens for prompts of different lengths, or for the rows that an encoder reads. */
  private static ObjectNode generations(
      Task task, BaseFolder base, AdaptedModel model, PaddedBatch batch) {
    try (TextCodec codec = TextCodec.open(base.tokenizerFile())) {
      List<int[]> prompts = new ArrayList<>();
      if (task == Task.SEQUENCE_TO_SEQUENCE) {
        prompts.addAll(batch.rows());
      } else {
        for (int i = 0; i < PROMPT_LENGTHS.length; i++) {
          prompts.add(Arrays.copyOf(codec.encode(TEXTS).get(i), PROMPT_LENGTHS[i]));
        }
      }
      GenerationSettings settings =
          GenerationDefaults.of(base).withMaxNewTokens(NEW_TOKENS).withMinNewTokens(0);
      ObjectNode texts = JSON.createObjectNode().put("max_new_tokens", NEW_TOKENS);
      texts.set("prompts", tokens(prompts));
      Map<String, Strategy> strategies =
          Map.of(
              "greedy", new Strategy.Greedy(),
              "beam", new Strategy.BeamSearch(3, 1, EarlyStopping.FALSE));
      TextGenerator generator = new TextGenerator(model, codec, new HostArena(), List.of());
      strategies.forEach(
          (name, strategy) ->
              texts.set(
                  name,
                  tokens(
                      generator.tokens(
                          prompts, settings.withStrategy(strategy), GenerationControl.NONE))));
      return texts;
    }
  }

  private static JsonNode tokens(List<int[]> rows) {
    ArrayNode all = JSON.createArrayNode();
    rows.forEach(row -> all.add(JSON.valueToTree(row)));
    return all;
  }
}
