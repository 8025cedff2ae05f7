package io.github.cola4j.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.CausalLanguageModel;
import io.github.cola4j.spec.Task;
import java.util.List;

/** The {@code config.json} of a merged model: the base's, made that of the task's class. */
final class MergedConfig {
  /** Says that the folder was written here, and may be written again. */
  static final String MARK = "cola_merged";

  private MergedConfig() {}

  static ObjectNode of(
      Task task, ObjectNode base, BaseModel model, List<String> labels, ElementType type) {
    ObjectNode config = base.deepCopy();
    config.putArray("architectures").add(model.transformersClass());
    String word =
        switch (type) {
          case BF16 -> "bfloat16";
          case F16 -> "float16";
          default -> "float32";
        };
    config.put(config.has("torch_dtype") ? "torch_dtype" : "dtype", word);
    config.remove("_name_or_path");
    config.put(MARK, true);
    if (model.tensorNames().containsKey(CausalLanguageModel.HEAD)) {
      config.put("tie_word_embeddings", false); // else older transformers drop the head
    }
    if (task == Task.SEQUENCE_REGRESSION) {
      config.put("problem_type", "regression");
      name(config, List.of("LABEL_0"));
    } else if (task == Task.SEQUENCE_CLASSIFICATION) {
      config.put("problem_type", "single_label_classification");
      name(config, labels);
    }
    return config;
  }

  /** transformers counts the classes by these. */
  private static void name(ObjectNode config, List<String> labels) {
    config.remove("num_labels");
    ObjectNode names = config.putObject("id2label");
    ObjectNode ids = config.putObject("label2id");
    for (int i = 0; i < labels.size(); i++) {
      names.put(Integer.toString(i), labels.get(i));
      ids.put(labels.get(i), i);
    }
  }
}
