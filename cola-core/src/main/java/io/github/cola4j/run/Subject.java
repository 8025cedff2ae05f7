package io.github.cola4j.run;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.Batch;
import io.github.cola4j.data.ImageBatch;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.metric.ClassificationMetric;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.spec.BaseSpec;
import io.github.cola4j.spec.Dtype;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.ImageClassification;
import io.github.cola4j.task.Objective;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import java.util.List;
import java.util.Optional;

/**
 * What a run trains: a base opened for its task, and the rows.
 *
 * @param name of the base, in what is written for others
 * @param manager owner of the base's weights
 * @param rows to learn from and to measure on
 * @param images what must be known of the images to show the model others; empty for texts
 * @param writer makes the texts that are measured; empty where none are
 * @param opened what is closed in the end
 */
record Subject<B extends Batch>(
    String name,
    NDManager manager,
    BaseModel model,
    Objective<B> objective,
    RunRows<B> rows,
    Optional<ImageFacts> images,
    Optional<Writer> writer,
    Runnable opened)
    implements AutoCloseable {

  /** Makes texts with an adapted model. */
  @FunctionalInterface
  interface Writer {
    GeneratedTexts of(AdaptedModel model, HostArena arena, Split split);
  }

  /** Opens a base for texts, and reads these. */
  static Subject<PackedBatch> ofTexts(RunSpec spec, Device device) {
    return ofTexts(spec, BaseFolder.open(spec.baseFolder().path()), spec.dtype(), device);
  }

  /** The same with a base that is open, which need not be the spec's. */
  static Subject<PackedBatch> ofTexts(RunSpec spec, BaseFolder base, Dtype dtype, Device device) {
    TextRows texts = TextRows.read(spec, base);
    int classes = texts.rows().classes().size();
    requireMetric(spec, classes);
    TaskModel task =
        TaskModel.open(spec.task(), base, dtype, device, classes, spec.training().seed());
    return new Subject<>(
        BaseNames.forOthers(spec.baseFolder()),
        task.manager(),
        task.model(),
        task.objective(),
        texts.rows(),
        Optional.empty(),
        writer(spec, base, texts),
        task::close);
  }

  /** Makes a base for images, from its random start, and reads these. */
  static Subject<ImageBatch> ofImages(RunSpec spec, Device device) {
    ImageRows images = ImageRows.read(spec);
    int classes = images.rows().classes().size();
    requireMetric(spec, classes);
    BaseSpec.Fresh asked = (BaseSpec.Fresh) spec.base();
    NDManager manager = Torch.newManager(device);
    try {
      BlockModel model =
          ImageFacts.network(asked, images.shape(), classes, spec.training().seed())
              .open(manager, DataType.FLOAT32);
      return new Subject<>(
          asked.asWritten(),
          manager,
          model,
          new ImageClassification(manager, model),
          images.rows(),
          Optional.of(new ImageFacts(images.shape(), images.normalization())),
          Optional.empty(),
          () -> {
            model.close();
            manager.close();
          });
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static Optional<Writer> writer(RunSpec spec, BaseFolder base, TextRows texts) {
    return spec.evaluation()
        .filter(evaluation -> evaluation.generate())
        .map(
            evaluation ->
                (model, arena, split) ->
                    new GeneratedTexts(
                        model,
                        base,
                        texts.pairs().get(split),
                        spec.generation().orElseThrow(),
                        spec.data().maxLength(),
                        evaluation.batchSize(),
                        spec.training().seed(),
                        arena));
  }

  private static void requireMetric(RunSpec spec, int classes) {
    boolean f1 =
        spec.evaluation().filter(e -> e.metric().equals(ClassificationMetric.F1.key())).isPresent();
    if (f1 && classes > 2) {
      throw new SpecException(
          List.of(
              spec.problem(
                  "evaluation.metric",
                  "f1 is for two classes, and the rows have " + classes,
                  "write f1_macro")));
    }
  }

  /** PEFT's word for the task; null where it has none. */
  static String peftTask(Task task) {
    return switch (task) {
      case SEQUENCE_CLASSIFICATION, SEQUENCE_REGRESSION -> "SEQ_CLS";
      case CAUSAL_LM -> "CAUSAL_LM";
      case SEQUENCE_TO_SEQUENCE -> "SEQ_2_SEQ_LM";
      case IMAGE_CLASSIFICATION -> null;
    };
  }

  @Override
  public void close() {
    opened.run();
  }
}
