package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.generate.GenerationControl;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.Strategy;
import io.github.cola4j.merge.MergeSettings;
import io.github.cola4j.merge.MergedModel;
import io.github.cola4j.predict.GenerationDefaults;
import io.github.cola4j.predict.ImagePredictor;
import io.github.cola4j.predict.Message;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.PredictorOptions;
import io.github.cola4j.source.Fetching;
import io.github.cola4j.source.HubSource;
import io.github.cola4j.spec.BaseSpec;
import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.Coordinate;
import io.github.cola4j.spec.Dtype;
import io.github.cola4j.spec.FileRef;
import io.github.cola4j.spec.GenerationSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Sources;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.Task;
import io.github.cola4j.spec.UserSpec;
import io.github.cola4j.spec.UsersSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of a run that is finished, to use what came out of it.
 *
 * @param folder the run's
 * @param spec what was asked for
 * @param labels the names of the classes; empty where there are none
 * @param stored the base that the adapter was trained on, found unchanged; empty for images, whose
 *     networks begin at random
 * @param user whose adapter is used, in a run with users; empty: what is everybody's
 */
public record FinishedRun(
    Path folder,
    RunSpec spec,
    List<String> labels,
    Optional<BaseFolder> stored,
    Optional<String> user) {
  /** Texts on which a merged model is compared with the adapter beside its base. */
  private static final List<String> SAMPLE =
      List.of(
          "The quick brown fox jumps over the lazy dog.",
          "A merged model gives what its parts gave.",
          "To be, or not to be, that is the question.",
          "1, 2, 3: what comes next?");

  private static final int SAMPLE_TOKENS = 12;

  /**
   * Opens a run's folder. A base from a hub must be in the hub's cache, as it is after training; no
   * request is made.
   *
   * @throws RunException if there is no finished run, or its adapters or the base have changed
   *     since
   */
  public static FinishedRun open(Path folder) {
    return open(folder, Map.of());
  }

  /**
   * The same with things at places of their own.
   *
   * @param sources where on this machine things are that the run's spec names, by the texts that it
   *     has for them: coordinates (see {@link #coordinates}), or paths of what has moved since
   * @throws RunException if there is no finished run, or its adapters or the base have changed
   *     since
   */
  public static FinishedRun open(Path folder, Map<String, Sources.Fetched> sources) {
    return open(folder, sources, Map.of());
  }

  /**
   * The same, used otherwise than its spec says.
   *
   * @param overrides of the run's spec, of what changes nothing about its adapter: {@code
   *     generation}, or {@code training.seed} where text is drawn
   * @throws SpecException if one of them is wrong
   */
  public static FinishedRun open(
      Path folder, Map<String, Sources.Fetched> sources, Map<String, String> overrides) {
    requireFinished(folder);
    JsonNode summary = RunFolder.told(folder, RunFolder.SUMMARY);
    JsonNode inputs = RunFolder.told(folder, RunFolder.INPUTS);
    requireResults(folder, summary);
    RunSpec spec = spec(folder, inputs, sources, overrides);
    List<String> labels = new ArrayList<>();
    summary.path("labels").forEach(label -> labels.add(label.asText()));
    if (spec.task() == Task.IMAGE_CLASSIFICATION) {
      return new FinishedRun(folder, spec, List.copyOf(labels), Optional.empty(), Optional.empty());
    }
    BaseFolder base = BaseFolder.open(baseFolder(folder, inputs, spec, sources));
    if (!Inputs.isOfBase(inputs, base.digest())) {
      throw new RunException(
          "the base at " + base.folder().normalize() + " has changed since the run at " + folder,
          "an adapter fits the base it was trained on: put that one back, or finetune again");
    }
    return new FinishedRun(folder, spec, List.copyOf(labels), Optional.of(base), Optional.empty());
  }

  /**
   * The same for a measurement: the classes stay the run's, whatever its data says by now.
   *
   * @param data what takes the place of {@code data.validation} and of the users' own, and is
   *     measured whole: a file, or the section as YAML, {@code {file: …}}; empty: nothing does
   * @throws io.github.cola4j.spec.SpecException if it cannot be read
   */
  FinishedRun measuredOn(Optional<String> data) {
    Map<String, String> overrides = new LinkedHashMap<>();
    if (!labels.isEmpty()) {
      ArrayNode names = JsonNodeFactory.instance.arrayNode();
      labels.forEach(names::add);
      overrides.put("data.labels", names.toString());
    }
    data.ifPresent(
        rows -> {
          String file = JsonNodeFactory.instance.textNode(rows).toString();
          overrides.put(
              "data.validation", rows.startsWith("{") ? rows : "{file: %s}".formatted(file));
          overrides.put("evaluation.limit", "");
          for (UserSpec own : spec.users().map(UsersSpec::list).orElse(List.of())) {
            overrides.put(own.key() + ".validation", "");
          }
        });
    RunSpec measured =
        RunSpec.parse(
            TextRows.text(folder.resolve(RunFolder.SPEC)),
            spec.origin().file(),
            overrides,
            new Sources(spec.origin().fetched(), true));
    return new FinishedRun(folder, measured, labels, stored, user);
  }

  /**
   * What the spec of a finished run names by coordinates, in the versions that went into the run.
   *
   * @throws RunException if there is no finished run
   */
  public static List<Coordinate> coordinates(Path folder) {
    requireFinished(folder);
    JsonNode inputs = RunFolder.told(folder, RunFolder.INPUTS);
    return coordinates(spec(folder, inputs, Map.of(), Map.of()), inputs);
  }

  private static List<Coordinate> coordinates(RunSpec spec, JsonNode inputs) {
    return spec.origin().coordinates().stream()
        .map(c -> c.at(Inputs.version(inputs, c.text())))
        .toList();
  }

  private static void requireFinished(Path folder) {
    if (!Files.exists(folder.resolve(RunFolder.SUMMARY))) {
      throw new RunException(
          "there is no finished run at " + folder,
          "finetune first, or name the output folder of a finished run");
    }
  }

  /** The metrics that the run tells are those of the adapters that it ended with, of no others. */
  private static void requireResults(Path folder, JsonNode summary) {
    List<String> changes = RunFolder.changedResults(RunFolder.results(folder), summary);
    if (!changes.isEmpty()) {
      throw new RunException(
          "the run at %s is not as it ended: %s".formatted(folder, String.join(", ", changes)),
          "put back what was there, or finetune again");
    }
  }

  /** The data need not be there any more. */
  private static RunSpec spec(
      Path folder,
      JsonNode inputs,
      Map<String, Sources.Fetched> sources,
      Map<String, String> overrides) {
    Path file = Inputs.specFolder(inputs, folder).resolve(RunFolder.SPEC);
    return RunSpec.parse(
        TextRows.text(folder.resolve(RunFolder.SPEC)),
        file,
        overrides,
        new Sources(sources, false));
  }

  private static Path baseFolder(
      Path folder, JsonNode inputs, RunSpec spec, Map<String, Sources.Fetched> sources) {
    FileRef base = spec.baseFolder();
    if (sources.containsKey(base.asWritten()) || !Sources.isCoordinate(base.asWritten())) {
      return base.path();
    }
    List<Coordinate> wanted =
        coordinates(spec, inputs).stream().filter(c -> c.key().equals("base")).toList();
    try {
      return new Fetching(List.of(HubSource.cacheOnly()), event -> {})
          .fetch(wanted)
          .get(base.asWritten())
          .path();
    } catch (SpecException e) {
      throw new RunException(
          "the base of the run at " + folder + " is not on this machine: " + e.getMessage(),
          "fetch it, and say where it is when the run is opened");
    }
  }

  /**
   * The base that the adapter was trained on.
   *
   * @throws RunException if the run learned images
   */
  public BaseFolder base() {
    return stored.orElseThrow(
        () ->
            new RunException(
                "the run at " + folder + " learned images",
                "give an image, or ask its imagePredictor()"));
  }

  /**
   * The network with the adapter, on the spec's device, for a run that learned images; the caller
   * closes it.
   *
   * @throws RunException if the run learned texts
   */
  public ImagePredictor imagePredictor() {
    if (!(spec.base() instanceof BaseSpec.Fresh asked)) {
      throw new RunException(
          "the run at " + folder + " learned texts", "give a text, or ask its predictor()");
    }
    Devices.startEngine(spec);
    ImageFacts facts = ImageFacts.read(RunFolder.told(folder, RunFolder.SUMMARY));
    return new ImagePredictor(
        ImageFacts.network(asked, facts.shape(), labels.size(), spec.training().seed()),
        adapter(),
        facts.normalization(),
        labels,
        Devices.of(spec.device()));
  }

  /** The users who have an adapter of their own, sorted; none where all learned together. */
  public List<String> users() {
    Path users = folder.resolve(RunFolder.USERS);
    if (!Files.isDirectory(users)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(users)) {
      return folders
          .filter(user -> Files.isDirectory(user.resolve(RunFolder.ADAPTER)))
          .map(user -> user.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new CheckpointException(users, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The same run with one user's own adapter, as it stands beside the base alone. After a
   * collaboration that is a part of the model that was trained, and was not trained to be used
   * without the others'.
   *
   * @throws RunException if there is no such user
   */
  public FinishedRun asUser(String name) {
    if (!users().contains(name)) {
      throw new RunException(
          "the run at " + folder + " has no user '" + name + "'",
          users().isEmpty()
              ? "leave the user out: there is one adapter"
              : "name one of " + String.join(", ", users()));
    }
    return new FinishedRun(folder, spec, labels, stored, Optional.of(name));
  }

  /**
   * The adapter's PEFT folder.
   *
   * @throws RunException if each user has one, and none was chosen
   */
  public Path adapter() {
    Path together = folder.resolve(RunFolder.ADAPTER);
    if (user.isPresent()) {
      return RunFolder.adapter(folder, user.get());
    }
    if (!Files.isDirectory(together) && !users().isEmpty()) {
      throw new RunException(
          "each user of the run at " + folder + " has an adapter of their own",
          "name the user: one of " + String.join(", ", users()));
    }
    return together;
  }

  /** Where what is made of the run goes, if nobody says otherwise. */
  Path derived(String name) {
    return folder.resolve(user.map(whose -> name + "-" + whose).orElse(name));
  }

  /**
   * The base with the adapter, on the spec's device; the caller closes it. The base is held as in
   * training, and the adapter is merged into it unless that would hold it in more memory. It writes
   * text as the base's own {@code generation_config.json} says, unless it is told otherwise: {@link
   * #generate} does as the spec says.
   */
  public Predictor predictor() {
    Devices.startEngine(spec);
    PredictorOptions options =
        new PredictorOptions(
            Optional.of(spec.task()),
            labels,
            Optional.of(spec.data().maxLength()),
            spec.dtype() == Dtype.FLOAT32 || spec.gradientLearning().merged(),
            spec.dtype(),
            Devices.of(spec.device()));
    return Predictor.open(base().folder(), adapter(), options);
  }

  /**
   * The text that the adapter makes of a prompt, as {@code cola:predict} does: prompt template or
   * chat template and {@code generation} are the spec's.
   *
   * @param predictor of this run
   * @param texts one for each column that makes the prompt
   * @throws RunException if they are more or fewer
   */
  public String generate(Predictor predictor, List<String> texts) {
    requireColumns(texts.size());
    if (spec.data().train().columns() instanceof ColumnsSpec.Chat) {
      return chats(predictor, List.of(List.of(new Message("user", texts.get(0)))), 0).get(0);
    }
    return generate(predictor, List.of(texts), 0).get(0);
  }

  /**
   * The same for many prompts, as one batch.
   *
   * @param rows of each the texts
   * @param first the number of the first row among all that are generated; a row that is drawn
   *     depends on its number, and not on how rows are put into batches
   */
  List<String> generate(Predictor predictor, List<List<String>> rows, long first) {
    List<String> prompts = rows.stream().map(this::prompt).toList();
    return predictor.generate(
        prompts, generationSettings(first), generation().stop(), GenerationControl.NONE);
  }

  /** The same for conversations. */
  List<String> chats(Predictor predictor, List<List<Message>> conversations, long first) {
    return predictor.chats(
        conversations, generationSettings(first), generation().stop(), GenerationControl.NONE);
  }

  private String prompt(List<String> texts) {
    if (spec.data().train().columns() instanceof ColumnsSpec.PromptResponse template) {
      Map<String, String> values = new HashMap<>();
      for (String column : template.columns()) {
        values.put(column, texts.get(values.size()));
      }
      return template.fill(values::get);
    }
    return texts.get(0);
  }

  /**
   * How text is written.
   *
   * @throws RunException if the run learned something else
   */
  GenerationSpec generation() {
    return spec.generation()
        .orElseThrow(
            () ->
                new RunException(
                    "the run at %s is one of %s, and writes no text"
                        .formatted(folder, spec.task().key()),
                    "ask for predictions"));
  }

  private GenerationSettings generationSettings(long first) {
    GenerationSettings settings =
        GeneratedTexts.settings(
            generation(), GenerationDefaults.tokens(base()), spec.training().seed());
    return settings.strategy() instanceof Strategy.Sampling sampling
        ? settings.withStrategy(sampling.startingAt(first))
        : settings;
  }

  /** The columns that a text is needed for. */
  List<String> columns() {
    ColumnsSpec columns = spec.data().train().columns();
    if (columns instanceof ColumnsSpec.Labelled labelled) {
      return labelled.text();
    }
    if (columns instanceof ColumnsSpec.PromptResponse prompts) {
      return List.copyOf(prompts.columns());
    }
    if (columns instanceof ColumnsSpec.SourceTarget pairs) {
      return List.of(pairs.source());
    }
    if (columns instanceof ColumnsSpec.Chat chat) {
      return List.of(chat.messages());
    }
    return List.of(((ColumnsSpec.PlainText) columns).text().orElse("text"));
  }

  /** Refuses more or fewer texts than the run read columns. */
  void requireColumns(int given) {
    List<String> columns = columns();
    if (given != columns.size()) {
      throw new RunException(
          "the run was trained on %s (%s), but %s given"
              .formatted(
                  switch (columns.size()) {
                    case 1 -> "one text";
                    case 2 -> "pairs of texts";
                    default -> columns.size() + " texts at a time";
                  },
                  String.join(", ", columns),
                  given == 1 ? "one text is" : given + " texts are"),
          switch (columns.size()) {
            case 1 -> "give one text";
            case 2 -> "give both texts of a pair";
            default -> "give a table with these columns";
          });
    }
  }

  /**
   * Merges the adapter into its base and writes a Hugging Face folder.
   *
   * @param target a merged model that stands there is replaced; any other folder is refused
   */
  public MergedModel.Report merge(Path target, MergeSettings settings) {
    if (stored.isEmpty()) {
      throw new RunException(
          "the run at " + folder + " learned images, and its network is no Hugging Face folder",
          "use it by its imagePredictor()");
    }
    Devices.startEngine(spec);
    try (TextCodec codec = TextCodec.open(base().tokenizerFile())) {
      // Short enough for any model.
      List<int[]> sample =
          codec.encode(SAMPLE).stream()
              .map(row -> Arrays.copyOf(row, Math.min(row.length, SAMPLE_TOKENS)))
              .toList();
      return MergedModel.write(
          spec.task(), base(), PeftFolder.read(adapter()), labels, sample, settings, target);
    }
  }
}
