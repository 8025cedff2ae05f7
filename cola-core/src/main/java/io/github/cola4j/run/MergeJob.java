package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.event.Event;
import io.github.cola4j.merge.MergeSettings;
import io.github.cola4j.merge.MergedModel;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Merges the adapter of a finished run into its base, for good. Arguments: the run, as {@link
 * RunArguments} tells; {@code target}, a folder, by default {@code merged} in the run's, or {@code
 * merged-<user>}; {@code dtype}, {@code float32}, {@code bfloat16} or {@code float16}, by default
 * that of the base. The value has {@code target}, {@code tensors}, {@code dtype} and {@code drift},
 * as {@link MergedModel.Report} tells them.
 */
public final class MergeJob implements Job {
  private static final Map<String, ElementType> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put("float32", ElementType.F32);
    TYPES.put("bfloat16", ElementType.BF16);
    TYPES.put("float16", ElementType.F16);
  }

  @Override
  public JobResult run(JobContext context) {
    JsonNode arguments = context.arguments();
    FinishedRun run = RunArguments.open(context);
    Path target =
        arguments.has("target")
            ? Path.of(arguments.path("target").asText())
            : run.derived(RunFolder.MERGED);
    MergeSettings settings =
        arguments.has("dtype")
            ? MergeSettings.of(type(arguments.path("dtype").asText()))
            : MergeSettings.ofBase(run.base());
    MergedModel.Report report = run.merge(target, settings);
    String type = word(report.type());
    context
        .events()
        .accept(
            Event.Message.info(
                String.format(
                    Locale.ROOT,
                    "Merged: %s, %,d tensors, %s; its logits are within %.1e of those with the adapter beside the base (limit %.0e)",
                    target,
                    report.tensors(),
                    type,
                    report.drift(),
                    settings.maxDrift())));
    ObjectNode value = new ObjectMapper().createObjectNode();
    return JobResult.finished(
        value
            .put("target", target.toString())
            .put("tensors", report.tensors())
            .put("dtype", type)
            .put("drift", report.drift()));
  }

  private static ElementType type(String word) {
    ElementType type = TYPES.get(word);
    if (type == null) {
      throw new RunException(
          "there is no dtype '%s' to write weights in".formatted(word),
          NearMiss.advice(word, TYPES.keySet()));
    }
    return type;
  }

  private static String word(ElementType type) {
    return TYPES.entrySet().stream()
        .filter(known -> known.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(type.name());
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
