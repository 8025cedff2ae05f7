package io.github.cola4j.merge;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PendingTensor;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.checkpoint.TensorInfo;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.MergedWeights;
import io.github.cola4j.gl.Site;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.Embedding;
import io.github.cola4j.model.Linear;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A base with an adapter merged into its weights, written as a Hugging Face folder that
 * transformers loads: config, weights, tokenizer. Of the base's tensors those are written that the
 * model of the task has, under the names that transformers' class gives them.
 */
public final class MergedModel {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";

  private MergedModel() {}

  /**
   * What was written.
   *
   * @param folder the merged model
   * @param type of its weights
   * @param tensors how many there are
   * @param drift how far its logits on the sample are from those with the adapter beside the base:
   *     ‖merged − beside‖ / ‖beside‖
   */
  public record Report(Path folder, ElementType type, int tensors, double drift) {}

  /**
   * Merges and writes; a merged model that stands at the target is replaced once the new one is
   * found good. Any other folder is refused, and so is one where somebody has put files of their
   * own beside the model.
   *
   * @param labels the names of the classes, for a classification; else empty
   * @param sample token ids of rows on which the two models are compared; at least one
   * @throws MergeException if the target holds anything else than a merged model, a merged weight
   *     is not finite, or the logits differ by more than the settings allow; the target is then as
   *     it was
   */
  public static Report write(
      Task task,
      BaseFolder base,
      PeftAdapter adapter,
      List<String> labels,
      List<int[]> sample,
      MergeSettings settings,
      Path target) {
    requireReplaceable(target, base);
    Sample rows = Sample.of(task, sample);
    float[] beside;
    Report report;
    try (TaskModel opened = TaskModel.open(task, base, Device.cpu(), labels.size(), 0);
        AdaptedModel adapted = AdaptedModel.stored(opened.manager(), opened.model(), adapter)) {
      beside = logits(rows, adapted);
      Map<String, PendingTensor> tensors =
          tensors(adapted, opened.model(), opened.weights(), settings.type());
      ElementType type =
          tensors.values().stream().map(PendingTensor::type).min(ElementType::compareTo).get();
      double[] drift = {0};
      AtomicFiles.writeFolder(
          target,
          folder -> {
            for (Path companion : base.companions()) {
              // As a file of this process, which may not be read-only as the base's is.
              Files.write(folder.resolve(companion.getFileName()), Files.readAllBytes(companion));
            }
            Files.writeString(
                folder.resolve(CONFIG),
                pretty(MergedConfig.of(task, base.config(), opened.model(), labels, type)));
            SafetensorsWriter.writePending(
                folder.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
            drift[0] = drift(beside, logits(rows, task, BaseFolder.open(folder), labels.size()));
            if (!(drift[0] <= settings.maxDrift())) {
              throw new MergeException(
                  String.format(
                      Locale.ROOT,
                      "the merged model's logits differ by %.2g from those with the adapter beside the base, and the limit is %.2g; write the weights as F32, or allow more",
                      drift[0],
                      settings.maxDrift()));
            }
          });
      report = new Report(target, type, tensors.size(), drift[0]);
    }
    return report;
  }

  /** What is replaced must be what was written here before: nobody's other files. */
  private static void requireReplaceable(Path target, BaseFolder base) {
    if (!Files.exists(target)) {
      return;
    }
    try (Stream<Path> content = Files.list(target)) {
      List<String> names = content.map(path -> path.getFileName().toString()).sorted().toList();
      boolean merged =
          names.contains(CONFIG)
              && BaseFolder.open(target).config().path(MergedConfig.MARK).asBoolean();
      if (!names.isEmpty() && !merged) {
        throw new MergeException(
            target
                + " holds other files than those of a merged model; name a folder that is not there yet");
      }
      List<String> foreign = names.stream().filter(name -> !isWritten(name)).toList();
      if (!foreign.isEmpty()) {
        throw new MergeException(
            "%s holds other files beside the merged model (%s), which would be lost; move them away, or name a folder that is not there yet"
                .formatted(target, String.join(", ", foreign)));
      }
      if (Files.isSameFile(target, base.folder())) {
        throw new MergeException(target + " is the base itself; name another folder");
      }
    } catch (NotDirectoryException e) {
      throw new MergeException(target + " is a file; name a folder that is not there yet");
    } catch (IOException e) {
      throw StorageException.of(target, e);
    }
  }

  private static boolean isWritten(String name) {
    return name.equals(CONFIG) || name.equals(WEIGHTS) || BaseFolder.COMPANIONS.contains(name);
  }

  private static float[] logits(Sample rows, Task task, BaseFolder folder, int classes) {
    try (TaskModel opened = TaskModel.open(task, folder, Device.cpu(), classes, 0);
        AdaptedModel bare = AdaptedModel.bare(opened.manager(), opened.model())) {
      return logits(rows, bare);
    }
  }

  private static float[] logits(Sample rows, AdaptedModel model) {
    try (Scope scope = Scope.open(model.manager())) {
      return rows.logits(
          new InferencePass(model.modules(), scope.manager(), new HostArena()), model.model());
    }
  }

  private static double drift(float[] beside, float[] merged) {
    double off = 0;
    double size = 0;
    for (int i = 0; i < beside.length; i++) {
      off += ((double) merged[i] - beside[i]) * ((double) merged[i] - beside[i]);
      size += (double) beside[i] * beside[i];
    }
    return Math.sqrt(off / size);
  }

  /** Every tensor of the model of the task, by its name there. */
  private static Map<String, PendingTensor> tensors(
      AdaptedModel adapted, BaseModel model, Weights weights, Optional<ElementType> type) {
    Map<String, PendingTensor> tensors = new TreeMap<>();
    model
        .tensorNames()
        .forEach(
            (name, stored) -> {
              TensorInfo info = weights.info(stored);
              ElementType own = info.type().orElseThrow();
              ElementType written = own.isFloating() ? type.orElse(own) : own;
              tensors.put(
                  name,
                  new PendingTensor(
                      written, info.shape(), () -> finite(name, weights.read(stored).as(written))));
            });
    ElementType usual =
        type.orElseGet(
            () ->
                tensors.values().stream()
                    .map(PendingTensor::type)
                    .filter(ElementType::isFloating)
                    .min(ElementType::compareTo)
                    .orElse(ElementType.F32));
    Set<String> head = model.head().stream().map(Linear::name).collect(Collectors.toSet());
    Set<String> changed = new HashSet<>();
    for (Site site : adapted.sites()) {
      MergedWeights.obstacle(site)
          .ifPresent(
              why -> {
                throw new MergeException(why);
              });
      boolean turned =
          site.module() instanceof Embedding || model.fanInFanOut() && !head.contains(site.name());
      put(tensors, site, ".weight", turned, usual);
      changed.add(site.name());
      if (site.module().bias() != null) {
        put(tensors, site, ".bias", false, usual);
      }
    }
    for (Linear module : model.head()) { // drawn afresh, and not adapted
      if (!tensors.containsKey(module.name() + ".weight") && !changed.contains(module.name())) {
        throw new MergeException(
            "the base has no %s, and the adapter does not bring it".formatted(module.name()));
      }
    }
    return tensors;
  }

  private static void put(
      Map<String, PendingTensor> tensors,
      Site site,
      String part,
      boolean turned,
      ElementType usual) {
    String name = site.name() + part;
    ElementType type = tensors.containsKey(name) ? tensors.get(name).type() : usual;
    boolean weight = part.equals(".weight");
    long in = site.module().in();
    long out = site.module().out();
    Shape shape = !weight ? new Shape(out) : turned ? new Shape(in, out) : new Shape(out, in);
    tensors.put(
        name,
        new PendingTensor(
            type,
            shape,
            () -> {
              try (Scope scope = Scope.open(site.module().weight().getManager())) {
                MergedWeights.Sum sum = MergedWeights.sum(scope.manager(), site);
                NDArray values = weight ? sum.weight() : sum.bias();
                NDArray laidOut = turned ? values.transpose() : values;
                return finite(name, HostTensor.of(laidOut).as(type));
              }
            }));
  }

  private static HostTensor finite(String name, HostTensor tensor) {
    if (tensor.type().isFloating()) {
      ByteBuffer bytes = tensor.bytes();
      if (tensor.type() == ElementType.F32) {
        FloatBuffer values = bytes.asFloatBuffer();
        while (values.hasRemaining()) {
          requireFinite(name, values.get());
        }
      } else {
        for (float value : tensor.toFloats()) {
          requireFinite(name, value);
        }
      }
    }
    return tensor;
  }

  private static void requireFinite(String name, float value) {
    if (!Float.isFinite(value)) {
      throw new MergeException(
          "%s holds %s once it is merged; the adapter or the base is damaged, or F16 cannot hold its values"
              .formatted(name, value));
    }
  }

  private static String pretty(ObjectNode json) throws JsonProcessingException {
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }
}
