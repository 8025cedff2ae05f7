package io.github.cola4j.run;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The modules of a base that may be sites. Arguments: {@code base}, its folder; {@code task}, as in
 * a spec, by default what its config.json says it is for, or else a classification. The value is
 * {@code task} and {@code sites}, with {@code name}, {@code module}, {@code in}, {@code out} and
 * {@code default}, whether an adapter sits there if its spec names no targets.
 */
public final class SitesJob implements Job {
  private static final int CLASSES = 2;

  @Override
  public JobResult run(JobContext context) {
    ObjectNode arguments = context.arguments();
    BaseFolder base = BaseFolder.open(Path.of(arguments.path("base").asText()));
    Task task = arguments.has("task") ? task(arguments.path("task").asText()) : task(base);
    Torch.start(Resources.physicalCores());
    ObjectNode value = JsonNodeFactory.instance.objectNode().put("task", task.key());
    ArrayNode sites = value.putArray("sites");
    try (TaskModel opened = TaskModel.open(task, base, Device.cpu(), CLASSES, 0)) {
      BaseModel model = opened.model();
      for (BaseModule module : model.modules()) {
        if (model.head().contains(module)) {
          continue; // it is trained anyhow
        }
        sites
            .addObject()
            .put("name", module.name())
            .put("module", module.getClass().getSimpleName().toLowerCase(Locale.ROOT))
            .put("in", module.in())
            .put("out", module.out())
            .put("default", matches(module.name(), model.defaultTargets()));
      }
    }
    return JobResult.finished(value);
  }

  private static boolean matches(String name, List<String> targets) {
    return targets.stream().anyMatch(t -> name.equals(t) || name.endsWith("." + t));
  }

  private static Task task(String word) {
    for (Task task : Task.values()) {
      if (task.key().equals(word) && task != Task.IMAGE_CLASSIFICATION) {
        return task;
      }
    }
    throw new RunException(
        "there is no task '" + word + "' for a base in a folder",
        "name one of sequence-classification, sequence-regression, causal-lm,"
            + " sequence-to-sequence");
  }

  private static Task task(BaseFolder base) {
    String architecture = base.config().path("architectures").path(0).asText();
    if (architecture.endsWith("ForCausalLM") || architecture.endsWith("LMHeadModel")) {
      return Task.CAUSAL_LM;
    }
    return architecture.endsWith("ForConditionalGeneration")
        ? Task.SEQUENCE_TO_SEQUENCE
        : Task.SEQUENCE_CLASSIFICATION;
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
