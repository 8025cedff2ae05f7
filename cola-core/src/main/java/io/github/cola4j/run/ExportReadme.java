package io.github.cola4j.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.spec.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The README.md beside exported adapters, with the header by which the hub knows them. */
final class ExportReadme {
  private static final String MARK = "tags:\n- cola4j\n";

  private ExportReadme() {}

  /** Whether a text is such a README. */
  static boolean isOurs(String text) {
    return text.startsWith("---\n") && text.contains(MARK);
  }

  static String of(FinishedRun run, Map<String, PeftAdapter> adapters) {
    PeftConfig config = adapters.values().iterator().next().config();
    String base = String.valueOf(config.baseModelNameOrPath());
    StringBuilder text = new StringBuilder("---\n");
    if (base.contains("/")) { // else the hub would look for something else of that name
      text.append("base_model: ").append(base).append('\n');
    }
    boolean lora = config.peftType() == PeftConfig.PeftType.LORA;
    text.append(lora ? "library_name: peft\n" : "").append(MARK).append("---\n\n");
    text.append("# ").append(run.folder().getFileName()).append("\n\n");
    text.append(
        "%s adapter of `%s`, task %s, fitted by gradient learning with ColA for Java.\n"
            .formatted(
                lora ? "A PEFT (LoRA)" : "A " + config.kind(), base, run.spec().task().key()));
    if (!run.labels().isEmpty()) {
      text.append("\nClasses, in their order: ")
          .append(String.join(", ", run.labels()))
          .append(".\n");
    }
    if (adapters.size() > 1 || !adapters.containsKey("")) {
      text.append("\nIn `users/` is what each user has of their own.\n");
    }
    metrics(run, text);
    if (lora) {
      python(run, base, adapters.containsKey("") ? "" : adapters.keySet().iterator().next(), text);
    }
    return text.toString();
  }

  /** What the run came to on its validation rows, which is everybody's. */
  private static void metrics(FinishedRun run, StringBuilder text) {
    JsonNode metrics = RunFolder.told(run.folder(), RunFolder.SUMMARY).path("metrics");
    if (run.user().isPresent() || metrics.isEmpty()) {
      return;
    }
    text.append("\n| metric | on validation rows |\n|---|---|\n");
    metrics
        .properties()
        .forEach(
            metric ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "| %s | %.4f |\n",
                        metric.getKey(),
                        metric.getValue().asDouble())));
  }

  private static void python(FinishedRun run, String base, String adapter, StringBuilder text) {
    Task task = run.spec().task();
    String model =
        switch (task) {
          case CAUSAL_LM -> "AutoModelForCausalLM";
          case SEQUENCE_TO_SEQUENCE -> "AutoModelForSeq2SeqLM";
          default -> "AutoModelForSequenceClassification";
        };
    String options =
        switch (task) {
          case SEQUENCE_CLASSIFICATION -> ", id2label=" + names(run.labels());
          case SEQUENCE_REGRESSION -> ", num_labels=1";
          default -> "";
        };
    text.append(
        """

        ```python
        from peft import PeftModel
        from transformers import %s

        model = %s.from_pretrained("%s"%s)
        model = PeftModel.from_pretrained(model, "path/to/this/folder%s").eval()
        ```
        """
            .formatted(model, model, base, options, adapter.isEmpty() ? "" : "/" + adapter));
  }

  /** A Python dictionary, whose strings JSON's are. */
  private static String names(List<String> labels) {
    Map<Integer, String> names = new LinkedHashMap<>();
    labels.forEach(label -> names.put(names.size(), label));
    ObjectMapper json = new ObjectMapper();
    StringBuilder text = new StringBuilder();
    names.forEach(
        (id, label) -> {
          try {
            text.append(id == 0 ? "{" : ", ")
                .append(id)
                .append(": ")
                .append(json.writeValueAsString(label));
          } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
          }
        });
    return text.append("}").toString();
  }
}
