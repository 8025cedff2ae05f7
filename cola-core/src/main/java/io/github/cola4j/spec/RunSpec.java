package io.github.cola4j.spec;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One run, as {@code cola.yaml} asks for it. Paths in the file are relative to its folder; a key
 * that is absent, or whose value is empty, has its default.
 *
 * @param base {@code base}: the frozen model; required
 * @param task {@code task}: what is learned; default {@code sequence-classification}
 * @param dtype {@code dtype}: what the frozen base's linear modules are held in: {@code float32}
 *     (the default), {@code bfloat16} or {@code float16}; each product widens them for itself, so
 *     weights that are stored so train to the same bytes in half the memory
 * @param data {@code data}: what is learned from
 * @param adapter {@code adapter}: what is fitted at each site
 * @param gradientLearning {@code gradient_learning}: how it is fitted
 * @param offload {@code offload}: where it is fitted
 * @param training {@code training}: how long and in what steps
 * @param users {@code users}: who the rows belong to; empty by default: all are one user's
 * @param evaluation {@code evaluation}: how the model is measured; there if, and only if, {@code
 *     data.validation} is, or users have validation files of their own
 * @param generation {@code generation}: how the model writes text; there if, and only if, it does:
 *     for the tasks {@code causal-lm} and {@code sequence-to-sequence}
 * @param checkpoint {@code checkpoint}: when the state of training is saved
 * @param device {@code device}: {@code auto} (the default), {@code cpu}, {@code cuda} or {@code
 *     cuda:N}
 * @param threads {@code threads}: threads of a tensor operation on the CPU; empty by default: as
 *     many as there are physical cores
 * @param gates {@code gates}: what must have come out for a build to pass; checked by front ends,
 *     not in training; nothing by default
 * @param output {@code output}: the folder of the run; default {@code target/cola/} and the file's
 *     name without its extension, or its folder's name if it is called cola.yaml
 * @param origin where all this was read from
 */
public record RunSpec(
    BaseSpec base,
    Task task,
    Dtype dtype,
    DataSpec data,
    AdapterSpec adapter,
    GradientLearningSpec gradientLearning,
    OffloadSpec offload,
    TrainingSpec training,
    Optional<UsersSpec> users,
    Optional<EvaluationSpec> evaluation,
    Optional<GenerationSpec> generation,
    CheckpointSpec checkpoint,
    Device device,
    Optional<Integer> threads,
    GatesSpec gates,
    FileRef output,
    Origin origin) {

  /**
   * The sections that change neither what is learned nor which adapter is kept: where the run
   * stands, what is demanded of it afterwards, and how often its state is saved.
   */
  private static final Set<String> WITHOUT_INFLUENCE = Set.of("output", "gates", "checkpoint");

  private static final String FLOAT32 = Type.word(Dtype.FLOAT32);

  /**
   * Reads a spec file.
   *
   * @param yaml the file; UTF-8
   * @param overrides values that replace those of the file or are added to them, by the full names
   *     of their keys: {@code training.optimizer.lr} to {@code 1e-3}, {@code
   *     adapter.target_modules} to {@code [query, key]}. A part of a name that holds a dot itself
   *     stands in quotes: {@code users.list."ann.b".joins}. Values are YAML, or else plain text; an
   *     empty one takes the key away. Paths in them are relative to the file's folder too
   * @throws SpecException with every problem of the file and the overrides
   */
  public static RunSpec read(Path yaml, Map<String, String> overrides) {
    return read(yaml, overrides, Sources.NONE);
  }

  /**
   * The same for a spec that names files by coordinates.
   *
   * @param sources what these stand for
   * @throws UnfetchedException if that is all that is wrong: that some of them are not among these
   */
  public static RunSpec read(Path yaml, Map<String, String> overrides, Sources sources) {
    return parse(text(yaml), yaml, overrides, sources);
  }

  /**
   * Reads a spec from a text, as if it stood in the file; the file itself is not looked at.
   *
   * @throws SpecException with every problem of the text and the overrides
   * @see #read
   */
  public static RunSpec parse(String yaml, Path file, Map<String, String> overrides) {
    return parse(yaml, file, overrides, Sources.NONE);
  }

  /**
   * The same for a spec that names files by coordinates.
   *
   * @param sources what these stand for
   * @throws UnfetchedException if that is all that is wrong: that some of them are not among these
   */
  public static RunSpec parse(
      String yaml, Path file, Map<String, String> overrides, Sources sources) {
    Path folder = file.toAbsolutePath().getParent();
    String name = String.valueOf(file.getFileName());
    List<Problem> problems = new ArrayList<>();
    Mapping root = Overrides.apply(YamlText.read(name, yaml, problems), overrides, problems);
    Reading reading = new Reading(new FileTypes(folder, sources), name, root, problems);
    RunSpec spec = read(Section.root(reading, root), file);
    reading.finish();
    return spec;
  }

  /**
   * The folder of the base.
   *
   * @throws IllegalStateException if the base is none, for {@code task: image-classification}
   */
  public FileRef baseFolder() {
    if (base instanceof BaseSpec.Stored stored) {
      return stored.folder();
    }
    throw new IllegalStateException("the base is no folder: " + base.asWritten());
  }

  /** The components are read in the order in which the resolved spec has them. */
  static RunSpec read(Section root, Path file) {
    root.reserve("base");
    Task task = root.variant("task", Type.choice(Task.class), Task.SEQUENCE_CLASSIFICATION);
    BaseSpec base = BaseSpec.read(root, task);
    Dtype dtype = Dtype.read(root, task);
    DataSpec data = DataSpec.read(root.section("data", "train"), task, root.gives("users"));
    Section adapterKeys = root.section("adapter", "kind");
    AdapterSpec adapter = AdapterSpec.read(adapterKeys);
    Section learningKeys = root.section("gradient_learning", "merged");
    GradientLearningSpec learning = GradientLearningSpec.read(learningKeys);
    Section offloadKeys = root.section("offload", "to");
    OffloadSpec offload = OffloadSpec.read(offloadKeys);
    int problems = root.problems();
    TrainingSpec training = TrainingSpec.read(root.section("training", "epochs"), task);
    int epochs = root.problems() == problems ? training.epochs() : Integer.MAX_VALUE;
    Optional<UsersSpec> users =
        UsersSpec.read(
            root, data, new UserSpec.Common(task, data.train(), adapter, adapterKeys, epochs));
    learning.requireMergeable(learningKeys, adapter, users);
    offload.requireProducts(offloadKeys, learning, adapter, users);
    Optional<EvaluationSpec> evaluation = evaluation(root, data, users, task);
    return new RunSpec(
        base,
        task,
        dtype,
        data,
        adapter,
        learning,
        offload,
        training,
        users,
        evaluation,
        task.generates()
            ? Optional.of(GenerationSpec.read(root.section("generation", "max_new_tokens")))
            : Optional.empty(),
        CheckpointSpec.read(root.section("checkpoint", "every")),
        root.value("device", Device.TYPE, new Device.Auto()),
        root.optional("threads", Type.whole(Range.THREADS)),
        GatesSpec.read(root, task, evaluation, root.gives("users")),
        root.value("output", root.files().newFolder(), output(root.folder(), file)),
        root.origin(file));
  }

  private static Optional<EvaluationSpec> evaluation(
      Section root, DataSpec data, Optional<UsersSpec> users, Task task) {
    if (data.validation().isPresent() || users.filter(UsersSpec::validates).isPresent()) {
      Section keys = root.section("evaluation", "every");
      EvaluationSpec evaluation = EvaluationSpec.read(keys, task);
      boolean alone = users.filter(all -> all.mode() == UsersSpec.Mode.ALONE).isPresent();
      if (alone && evaluation.patience().isPresent()) {
        keys.problem(
            "patience",
            "with users alone nobody's training ends by what others' rows say",
            "remove it: each user's best adapter is kept anyway");
      }
      return Optional.of(evaluation);
    }
    root.refuse(
        "evaluation",
        "there is nothing to evaluate on",
        "write data.validation: {file: …} as well");
    return Optional.empty();
  }

  private static FileRef output(Path folder, Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("(?<=.)\\.[^.]*$", "");
    if (name.equals("cola") && folder.getFileName() != null) {
      name = folder.normalize().getFileName().toString();
    }
    String text = "target/cola/" + name;
    return new FileRef(text, folder.resolve(text));
  }

  /**
   * The whole spec as YAML, every default written out, keys in the order of this record, always the
   * same bytes for the same spec. Holds no absolute path; read from the same folder it gives an
   * equal spec. Keys without a value and without a default, such as {@code training.max_steps}, are
   * left out.
   */
  public String resolved() {
    return YamlText.write(origin.values());
  }

  /**
   * The SHA-256, in hexadecimal, of every value that influences which adapter a run ends with:
   * everything but {@code output}, {@code gates} and {@code checkpoint}, {@code generation} unless
   * evaluations generate, and of {@code offload} nothing where fits are inline, and else all but
   * how many workers there are and how much may wait for them. Device and threads are among them,
   * since they decide in which order sums are taken and so the last bits; so is {@code evaluation},
   * which decides when training ends and which adapter is kept. What is in the base and the data,
   * and what {@code device: auto} came to, is for the run to compare.
   */
  public String digest() {
    StringBuilder text = new StringBuilder();
    // Lengths before the values, so that no value can look like the next key.
    influences()
        .forEach(
            (key, value) ->
                text.append(key)
                    .append(' ')
                    .append(value.length())
                    .append(' ')
                    .append(value)
                    .append('\n'));
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * What the {@link #digest} is of: values by their full keys, {@code training.seed} to {@code 7}.
   */
  public Map<String, String> influences() {
    return influential(origin.values());
  }

  /**
   * What makes the {@link #digest} of this spec another than that of an earlier one: a line for
   * each value, say {@code training.epochs: was 1, is 2}. Empty if the digests are equal.
   */
  public List<String> differences(RunSpec earlier) {
    return differences(earlier.origin.values());
  }

  /**
   * The same for the text of a {@link #resolved} spec. It is compared as it stands: its files need
   * not be there any more, and its keys may be those of another version.
   *
   * @param name the name of the file it is from, for the error
   * @throws SpecException if it is not readable as YAML
   */
  public List<String> differences(String earlier, String name) {
    return differences(YamlText.read(name, earlier, new ArrayList<>()));
  }

  private List<String> differences(Mapping earlier) {
    Map<String, String> was = influential(earlier);
    Map<String, String> is = influences();
    Set<String> keys = new LinkedHashSet<>(is.keySet());
    keys.addAll(was.keySet());
    return keys.stream()
        .filter(key -> !is.getOrDefault(key, "").equals(was.getOrDefault(key, "")))
        .map(
            key ->
                key
                    + ": was "
                    + was.getOrDefault(key, "absent")
                    + ", is "
                    + is.getOrDefault(key, "absent"))
        .toList();
  }

  private static Map<String, String> influential(Mapping values) {
    Map<String, Node> rest = new LinkedHashMap<>(values.entries());
    rest.keySet().removeAll(WITHOUT_INFLUENCE);
    if (!"true".equals(values.flat().get("evaluation.generate"))) {
      rest.remove("generation");
    }
    if (values.flat().getOrDefault("dtype", FLOAT32).equals(FLOAT32)) {
      rest.remove("dtype"); // as it was before there was such a key
    }
    if (values.flat().getOrDefault("offload.to", "inline").equals("inline")) {
      rest.remove("offload");
    }
    Map<String, String> influential = new LinkedHashMap<>(new Mapping(Place.NOWHERE, rest).flat());
    influential.keySet().removeAll(Set.of("offload.workers", "offload.queue_mb"));
    return influential;
  }

  /**
   * A problem with a value of this spec that shows only later: a target that no module matches, a
   * column that a file lacks. Throw it, with others of its kind, as a {@link SpecException}.
   *
   * @param key the key's full name; the problem names the line of the key, or of the section around
   *     it if the key has its default
   * @param found what was found
   * @param fix what to do about it
   */
  public Problem problem(String key, String found, String fix) {
    return Reading.problem(
        String.valueOf(origin.file().getFileName()), origin.places(), key, found, fix);
  }

  /**
   * A problem with a file that this spec names, or with one in a folder that it names; empty if it
   * names no such file.
   *
   * @param message what is wrong and how to put it right; begins with the file's path
   * @param column of the file, where it is about one
   */
  public Optional<Problem> problemWithFile(String message, Optional<String> column) {
    return origin
        .naming(message)
        .map(
            naming ->
                problem(
                    column
                        .flatMap(name -> origin.naming(naming.section(), name))
                        .or(() -> column.flatMap(name -> origin.naming("users", name)))
                        .orElse(naming.key()),
                    naming.shortened(message),
                    ""));
  }

  private static String text(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
      } catch (CharacterCodingException e) {
        int line = 1;
        for (int i = 0; i < bytes.position(); i++) {
          line += bytes.get(i) == '\n' ? 1 : 0;
        }
        throw unreadable(file, line, "is not UTF-8 text from here on", "save it as UTF-8");
      }
    } catch (IOException e) {
      throw missing(file, e);
    }
  }

  private static SpecException missing(Path file, IOException e) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      List<String> specs =
          FileRef.names(file).stream().filter(name -> name.matches(".*\\.ya?ml")).toList();
      return unreadable(
          file,
          0,
          "is a folder",
          specs.isEmpty()
              ? "name the spec file"
              : "name a file in it: " + String.join(", ", specs));
    }
    if (!Files.exists(file)) {
      String name = String.valueOf(file.getFileName());
      String near = NearMiss.advice(name, NearMiss.of(name, FileRef.names(folder)));
      return unreadable(file, 0, "does not exist", near.isEmpty() ? "looked in " + folder : near);
    }
    return unreadable(file, 0, "cannot be read (" + e + ")", "check its permissions");
  }

  private static SpecException unreadable(Path file, int line, String found, String fix) {
    String name = file.getFileName() == null ? file.toString() : file.getFileName().toString();
    return new SpecException(List.of(new Problem(name, line, "", found, fix)));
  }
}
