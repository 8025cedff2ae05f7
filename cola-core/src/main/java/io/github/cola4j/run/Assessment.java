package io.github.cola4j.run;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.Batch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.spec.Dtype;
import io.github.cola4j.spec.EvaluationSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Task;
import io.github.cola4j.spec.UsersSpec;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.user.Sharing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a finished run's model gives on some rows, measured as in training, and what it takes: the
 * latency of single predictions, the throughput of batches, memory. Nothing is trained.
 */
final class Assessment<B extends Batch> {
  private static final int BATCH_SIZE = 32;

  private final FinishedRun run;
  private final Asked asked;
  private final Subject<B> subject;
  private final HostArena arena = new HostArena();

  /**
   * What is asked for.
   *
   * @param split which rows of the run
   * @param data other rows that take the place of its validation, as {@link FinishedRun#measuredOn}
   *     takes them
   */
  record Asked(AskedModel model, Split split, Optional<String> data) {}

  /** The adapters of a model, and how the rows' owners share them. */
  private record Shared(AdaptedModel model, Sharing sharing, Set<Integer> present) {}

  private Assessment(FinishedRun run, Asked asked, Subject<B> subject) {
    this.run = run;
    this.asked = asked;
    this.subject = subject;
  }

  /**
   * Measures.
   *
   * @param opened the run, as the user whose adapter is asked if one is
   * @return what is written as {@code evaluation.json}
   * @throws RunException if there is no such model, or there are no such rows
   */
  static ObjectNode of(FinishedRun opened, Asked asked) {
    boolean ofTheRun =
        asked.model instanceof AskedModel.Adapter || asked.model instanceof AskedModel.Merged;
    if (opened.user().isPresent() && !ofTheRun) {
      throw new RunException(
          "the model '%s' is nobody's in particular".formatted(asked.model.name()),
          "leave the user out, or ask for the user's adapter");
    }
    FinishedRun run = opened.measuredOn(asked.data);
    RunSpec spec = run.spec();
    if (asked.split == Split.VALIDATION && spec.evaluation().isEmpty()) {
      throw new RunException(
          "the spec of the run at " + run.folder() + " names no rows to measure on",
          "give a file, or ask for the rows that it learned from");
    }
    Devices.startEngine(spec);
    Device device = Devices.of(spec.device());
    if (spec.task() != Task.IMAGE_CLASSIFICATION) {
      BaseFolder base = run.base();
      boolean whole = // what merging writes is not rounded
          asked.model instanceof AskedModel.ModelFolder || asked.model instanceof AskedModel.Merged;
      Dtype dtype = whole ? Dtype.FLOAT32 : spec.dtype();
      if (asked.model instanceof AskedModel.ModelFolder other) {
        base = BaseFolder.open(other.folder());
        requireOrder(base, run.labels());
      }
      return of(run, asked, Subject.ofTexts(spec, base, dtype, device), device);
    }
    if (asked.model instanceof AskedModel.Base || asked.model instanceof AskedModel.ModelFolder) {
      throw new RunException(
          "the run at " + run.folder() + " learned images",
          "its network began at random, so there is nothing to measure but what it learned");
    }
    Subject<?> images = Subject.ofImages(spec, device);
    return of(run, asked, images, device);
  }

  /** A model made elsewhere may know the same classes by other numbers. */
  private static void requireOrder(BaseFolder model, List<String> labels) {
    List<String> names = new ArrayList<>();
    JsonNode named = model.config().path("id2label");
    for (int number = 0; number < named.size(); number++) {
      names.add(named.path(Integer.toString(number)).asText());
    }
    if (!names.equals(labels) && Set.copyOf(names).equals(Set.copyOf(labels))) {
      throw new RunException(
          "%s has the classes in the order %s, the run in the order %s"
              .formatted(model.folder(), String.join(", ", names), String.join(", ", labels)),
          "measure it by a run whose data.labels says that order");
    }
  }

  private static <B extends Batch> ObjectNode of(
      FinishedRun run, Asked asked, Subject<B> opened, Device device) {
    try (Subject<B> subject = opened) {
      return new Assessment<>(run, asked, subject).tell(device);
    }
  }

  private ObjectNode tell(Device device) {
    requireTheRunsImages();
    Shared shared = open();
    try (AdaptedModel model = shared.model) {
      requireHead(model);
      if (asked.model instanceof AskedModel.Merged
          || run.spec().gradientLearning().merged() && model.mergeable()) {
        model.keepMerged();
        model.merge(shared.sharing.routing(new int[0], shared.present));
      }
      Validation<B> validation = validation(shared);
      warmUp(validation, shared.present);
      Effort effort = new Effort();
      Measured measured = validation.measure(shared.present, effort);
      Latency latency = latency(validation, shared.present);
      return json(measured, effort, latency, validation.texts() != null, device);
    }
  }

  /** Normalisation is a part of what was trained, and a function of the rows that were learned. */
  private void requireTheRunsImages() {
    subject
        .images()
        .ifPresent(
            images -> {
              ObjectNode now = new ObjectMapper().createObjectNode();
              images.write(now);
              ObjectNode then = new ObjectMapper().createObjectNode();
              ImageFacts.read(RunFolder.told(run.folder(), RunFolder.SUMMARY)).write(then);
              if (!now.equals(then)) {
                throw new RunException(
                    "the images of data.train have changed since the run at " + run.folder(),
                    "images are normalized by those: put them back, or finetune again");
              }
            });
  }

  private void requireHead(AdaptedModel model) {
    if (subject.images().isPresent()) {
      return;
    }
    model
        .untrained()
        .ifPresent(
            module -> {
              throw new RunException(
                  "the model '%s' has no trained %s: what it answers is drawn at random"
                      .formatted(asked.model.name(), module),
                  "measure an adapter, a merged model, or a base that brings its own head for "
                      + Math.max(1, subject.rows().classes().size())
                      + " classes");
            });
  }

  private Shared open() {
    if (asked.model instanceof AskedModel.Base || asked.model instanceof AskedModel.ModelFolder) {
      return one(AdaptedModel.bare(subject.manager(), subject.model()));
    }
    if (asked.model instanceof AskedModel.AdapterFolder other) {
      return one(stored(List.of(other.folder())));
    }
    boolean together = Files.isDirectory(run.folder().resolve(RunFolder.ADAPTER));
    if (run.user().isPresent() || together || run.users().isEmpty()) {
      return one(stored(List.of(run.adapter())));
    }
    boolean alone = run.spec().users().filter(u -> u.mode() == UsersSpec.Mode.ALONE).isPresent();
    if (alone && asked.model instanceof AskedModel.Merged) {
      run.adapter(); // says that a user must be named
    }
    List<Path> own =
        subject.rows().users().stream().map(user -> run.asUser(user).adapter()).toList();
    return new Shared(stored(own), Learners.sharing(run.spec()), present());
  }

  private static Shared one(AdaptedModel model) {
    return new Shared(model, Sharing.JOINT, Set.of(0));
  }

  private AdaptedModel stored(List<Path> adapters) {
    return AdaptedModel.stored(
        subject.manager(), subject.model(), adapters.stream().map(PeftFolder::read).toList());
  }

  /** The users who took part when the adapters were kept. */
  private Set<Integer> present() {
    long kept = RunFolder.told(run.folder(), RunFolder.SUMMARY).path("kept_step").asLong();
    return Learners.timetable(run.spec(), subject).present(Math.max(0, kept - 1));
  }

  private Validation<B> validation(Shared shared) {
    Optional<EvaluationSpec> how = run.spec().evaluation();
    boolean asInTraining = asked.split == Split.VALIDATION;
    return new Validation<>(
        subject.rows().of(asked.split).orElseThrow(),
        subject.rows().users(),
        shared.sharing,
        how.filter(e -> asInTraining).flatMap(EvaluationSpec::limit).orElse(Integer.MAX_VALUE),
        run.spec().users().filter(UsersSpec::validates).isPresent(),
        subject.objective(),
        new Evaluation<>(
            shared.model,
            subject.objective(),
            arena,
            how.map(EvaluationSpec::batchSize).orElse(BATCH_SIZE)),
        subject.writer().map(writer -> writer.of(shared.model, arena, asked.split)).orElse(null));
  }

  /** A batch that does not count: the first one of a process is far slower than all others. */
  private void warmUp(Validation<B> validation, Set<Integer> present) {
    Validation.Group first = validation.groups(present).get(0);
    int[] rows = IntStream.of(first.rows()).limit(validation.evaluation().batchSize()).toArray();
    validation.evaluation().outcomes(validation.rows().rows(), rows, first.routing());
  }

  /** Of one row at a time: a pass, or, where texts are generated, a text. */
  private Latency latency(Validation<B> validation, Set<Integer> present) {
    List<Validation.Group> groups = validation.groups(present);
    int[] rows = groups.stream().flatMapToInt(group -> IntStream.of(group.rows())).toArray();
    List<Routing> routings =
        groups.stream()
            .flatMap(group -> IntStream.of(group.rows()).mapToObj(row -> group.routing()))
            .toList();
    return Latency.of(
        rows.length,
        number -> {
          int[] row = {rows[number]};
          if (validation.texts() == null) {
            validation.evaluation().outcomes(validation.rows().rows(), row, routings.get(number));
          } else {
            validation.texts().write(row, routings.get(number), new Effort());
          }
        });
  }

  private ObjectNode json(
      Measured measured, Effort effort, Latency latency, boolean writes, Device device) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("model", asked.model.name());
    run.user().ifPresent(user -> json.put("user", user));
    json.put("split", split()).put("rows", effort.rows());
    json.put("task", run.spec().task().key());
    measured.write(json, "metrics", "users");
    json.putObject("latency")
        .put("of", writes ? "text" : "row")
        .put("count", latency.count())
        .put("p50_ms", latency.p50Millis())
        .put("p95_ms", latency.p95Millis());
    ObjectNode throughput = json.putObject("throughput");
    throughput.put("rows_per_second", effort.rowsPerSecond());
    if (subject.images().isEmpty()) {
      throughput.put("tokens_per_second", effort.tokensPerSecond());
    }
    if (writes) {
      throughput.put("written_tokens", effort.writtenTokens());
      throughput.put("written_tokens_per_second", effort.writtenTokensPerSecond());
    }
    ObjectNode memory = json.putObject("memory");
    memory.put("peak_rss_bytes", Resources.peakResidentBytes());
    Devices.usedBytes(device).ifPresent(bytes -> memory.put("device_bytes", bytes));
    json.put("device", Devices.name(device)).put("threads", Torch.threads());
    json.put("pytorch", Torch.version()).put("cola", Version.CURRENT);
    RunFolder.results(run.folder()).forEach(json.putObject(RunFolder.RESULTS)::put);
    return json;
  }

  /** {@code train}, {@code validation}, or the name of the file that took its place. */
  private String split() {
    if (asked.split == Split.TRAIN) {
      return "train";
    }
    return asked.data.isEmpty()
        ? "validation"
        : run.spec().data().validation().orElseThrow().path().getFileName().toString();
  }
}
