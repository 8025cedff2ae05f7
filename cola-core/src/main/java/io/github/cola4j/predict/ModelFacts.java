package io.github.cola4j.predict;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.spec.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the folders of a model tell of it.
 *
 * @param labels the names of the classes; one for a regression, none for a language model
 */
record ModelFacts(Task task, List<String> labels) {
  /** The last module of each classification head that is built. */
  private static final List<String> CLASSIFIERS =
      List.of("classifier.weight", "classifier.out_proj.weight", "score.weight");

  static ModelFacts of(BaseFolder base, Optional<PeftAdapter> adapter, PredictorOptions options) {
    JsonNode config = base.config();
    int classes = classes(base, adapter, config);
    Task task = options.task().orElseGet(() -> task(base, adapter, config, classes));
    return switch (task) {
      case SEQUENCE_CLASSIFICATION ->
          new ModelFacts(
              task, options.labels().isEmpty() ? names(config, classes) : options.labels());
      case SEQUENCE_REGRESSION -> new ModelFacts(task, List.of("LABEL_0"));
      case CAUSAL_LM, SEQUENCE_TO_SEQUENCE -> new ModelFacts(task, List.of());
      case IMAGE_CLASSIFICATION -> throw new IllegalStateException("not built yet: " + task);
    };
  }

  private static Task task(
      BaseFolder base, Optional<PeftAdapter> adapter, JsonNode config, int classes) {
    String told = adapter.map(a -> a.config().taskType()).orElse("");
    String architecture = config.path("architectures").path(0).asText();
    boolean regression = classes == 1 || config.path("problem_type").asText().equals("regression");
    Task sequence = regression ? Task.SEQUENCE_REGRESSION : Task.SEQUENCE_CLASSIFICATION;
    return switch (told == null ? "" : told) {
      case "SEQ_CLS" -> sequence;
      case "CAUSAL_LM" -> Task.CAUSAL_LM;
      case "SEQ_2_SEQ_LM" -> Task.SEQUENCE_TO_SEQUENCE;
      default -> {
        if (architecture.endsWith("ForSequenceClassification")) {
          yield sequence;
        }
        if (architecture.endsWith("ForCausalLM") || architecture.endsWith("LMHeadModel")) {
          yield Task.CAUSAL_LM;
        }
        if (architecture.endsWith("ForConditionalGeneration")) {
          yield Task.SEQUENCE_TO_SEQUENCE;
        }
        throw new ModelException(
            base.folder()
                + ": config.json does not tell what the model is for (architectures: "
                + config.path("architectures")
                + "); give the task in the options");
      }
    };
  }

  private static int classes(BaseFolder base, Optional<PeftAdapter> adapter, JsonNode config) {
    for (String name : CLASSIFIERS) {
      if (adapter.isPresent()) {
        Map<String, HostTensor> saved = adapter.get().saved();
        if (saved.containsKey(name)) {
          return (int) saved.get(name).shape().get(0);
        }
      }
    }
    try (Weights weights = base.weights()) {
      for (String name : CLASSIFIERS) {
        if (weights.contains(name)) {
          return (int) weights.info(name).shape().get(0);
        }
      }
    }
    int named = config.path("id2label").size();
    return named > 0 ? named : config.path("num_labels").asInt(2);
  }

  private static List<String> names(JsonNode config, int classes) {
    JsonNode names = config.path("id2label");
    return IntStream.range(0, classes)
        .mapToObj(i -> names.path(Integer.toString(i)).asText("LABEL_" + i))
        .toList();
  }
}
