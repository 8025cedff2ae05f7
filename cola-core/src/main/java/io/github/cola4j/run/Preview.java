package io.github.cola4j.run;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.Batch;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.Rows;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.gl.Site;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.Loss;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a run would do, found out by opening all that goes in, placing the adapters, and sending one
 * batch through the model; nothing is trained, and nothing written.
 */
final class Preview<B extends Batch> {
  private static final int SAMPLES = 3;

  private final RunSpec spec;
  private final Subject<B> subject;
  private final Timetable timetable;
  private final AdaptedModel model;

  private Preview(RunSpec spec, Subject<B> subject, Timetable timetable, AdaptedModel model) {
    this.spec = spec;
    this.subject = subject;
    this.timetable = timetable;
    this.model = model;
  }

  /**
   * Looks.
   *
   * @throws io.github.cola4j.spec.SpecException and all that a run throws before its first step
   */
  static ObjectNode of(RunSpec spec) {
    Devices.startEngine(spec);
    Device device = Devices.of(spec.device());
    spec.offload().to().ifPresent(to -> Devices.of("offload.to", to));
    return spec.task() == Task.IMAGE_CLASSIFICATION
        ? of(spec, Subject.ofImages(spec, device))
        : of(spec, Subject.ofTexts(spec, device));
  }

  private static <B extends Batch> ObjectNode of(RunSpec spec, Subject<B> opened) {
    try (Subject<B> subject = opened) {
      Timetable timetable = Learners.timetable(spec, subject);
      Map<String, AdapterSpec> asked = Learners.asked(spec, subject.rows().users());
      try (AdaptedModel model =
          AdaptedModel.fresh(subject.manager(), subject.model(), spec, asked)) {
        return new Preview<>(spec, subject, timetable, model).tell();
      }
    }
  }

  private ObjectNode tell() {
    ObjectNode told = new ObjectMapper().createObjectNode();
    told.put("task", spec.task().key()).put("base", spec.base().asWritten());
    told.put("base_parameters", baseParameters());
    rows(told.putObject("data"));
    told.put("steps", timetable.totalSteps());
    told.put("trainable_parameters", model.trainableParameters());
    sites(told.putArray("sites"));
    serverPass(told.putObject("server_pass"));
    samples(told.putArray("samples"));
    return told;
  }

  /** Of the modules that could be sites, which is most of a base, and all of it that is known. */
  private long baseParameters() {
    return subject.model().modules().stream()
        .mapToLong(m -> m.in() * m.out() + (m.bias() == null ? 0 : m.bias().size()))
        .sum();
  }

  private void rows(ObjectNode data) {
    RunRows<B> rows = subject.rows();
    Rows<B> train = rows.train().rows();
    data.put("training_rows", train.size());
    rows.validation().ifPresent(v -> data.put("validation_rows", v.rows().size()));
    rows.classes().forEach(data.putArray("labels")::add);
    int[] lengths = IntStream.range(0, train.size()).map(train::length).toArray();
    data.put("longest_row", IntStream.of(lengths).max().orElse(0));
    data.put("mean_row", IntStream.of(lengths).average().orElse(0));
    data.put(
        "rows_of_full_length",
        IntStream.of(lengths).filter(length -> length >= spec.data().maxLength()).count());
    if (spec.users().isPresent()) {
      ObjectNode users = data.putObject("users");
      for (int number = 0; number < rows.users().size(); number++) {
        int owner = number;
        users.put(
            rows.users().get(number),
            IntStream.of(rows.train().owners()).filter(of -> of == owner).count());
      }
    }
  }

  private void sites(ArrayNode sites) {
    for (Site site : model.sites()) {
      BaseModule module = site.module();
      sites
          .addObject()
          .put("name", site.name())
          .put("module", module.getClass().getSimpleName().toLowerCase(Locale.ROOT))
          .put("in", module.in())
          .put("out", module.out())
          .put("adapters", site.adapters().size())
          .put(
              "parameters",
              site.adapters().values().stream()
                  .flatMap(adapter -> adapter.parameters().values().stream())
                  .mapToLong(NDArray::size)
                  .sum());
    }
  }

  /** The pass that needs the most memory: forward and backward over the longest rows. */
  private void serverPass(ObjectNode told) {
    Rows<B> train = subject.rows().train().rows();
    int[] longest =
        IntStream.range(0, train.size())
            .boxed()
            .sorted(Comparator.comparingInt(row -> -train.length(row)))
            .limit(spec.training().batchSize())
            .mapToInt(row -> row)
            .toArray();
    int[] owners = IntStream.of(longest).map(row -> subject.rows().train().owners()[row]).toArray();
    Set<Integer> everybody =
        IntStream.range(0, subject.rows().users().size()).boxed().collect(Collectors.toSet());
    Routing routing = Learners.sharing(spec).routing(owners, everybody);
    if (spec.gradientLearning().merged()) {
      model.keepMerged();
      model.merge(Learners.sharing(spec).routing(new int[0], everybody));
    }
    HostArena arena = new HostArena();
    long began = System.nanoTime();
    try (Scope scope = Scope.open(model.manager())) {
      ServerPass pass =
          new ServerPass(model.modules(), routing, scope.manager(), arena, null, null);
      Loss loss = subject.objective().loss(pass, train.batch(longest));
      pass.backward(loss.made(), loss.gradient(), data -> {});
      told.put("loss", loss.mean().getFloat());
    } finally {
      Autograd.record(false);
    }
    told.put("rows", longest.length);
    told.put("seconds", (System.nanoTime() - began) / 1e9);
    told.put("peak_rss_bytes", Resources.peakResidentBytes());
  }

  /** The first rows, decoded from what the model reads. */
  private void samples(ArrayNode samples) {
    if (!(subject.rows().train().rows() instanceof Dataset texts)) {
      return;
    }
    try (TextCodec codec =
        TextCodec.open(BaseFolder.open(spec.baseFolder().path()).tokenizerFile())) {
      for (int row = 0; row < Math.min(SAMPLES, texts.size()); row++) {
        Example example = texts.get(row);
        ObjectNode sample = samples.addObject();
        sample.put("reads", codec.decodeAll(example.ids()));
        sample.put("tokens", example.length());
        switch (spec.task()) {
          case SEQUENCE_CLASSIFICATION ->
              sample.put("learns", subject.rows().classes().get(example.labels()[0]));
          case SEQUENCE_REGRESSION -> sample.put("learns", String.valueOf(example.score()));
          default -> sample.put("learns", codec.decodeAll(learned(example)));
        }
      }
    }
  }

  private static int[] learned(Example example) {
    return IntStream.of(example.labels()).filter(id -> id != Example.NO_LABEL).toArray();
  }
}
