package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.Encoded;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.event.Event;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.task.SequenceClassification;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Classifies texts with the adapter of a finished run. Arguments: {@code run}, the run's folder;
 * {@code texts}, a list of lists of one text or two. The answers, in the order of the texts, are
 * the value {@code predictions} ({@code label}, {@code probability}, {@code text}), and a message
 * each.
 */
public final class PredictJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    Path run = Path.of(context.arguments().path("run").asText());
    if (!Files.exists(run.resolve("summary.json"))) {
      throw new RunException(
          "there is no finished run at " + run,
          "finetune first, or name the output folder of a finished run");
    }
    JsonNode summary = RunFolder.readJson(run.resolve("summary.json"));
    JsonNode inputs = RunFolder.readJson(run.resolve("inputs.json"));
    Path specFile = Inputs.specFolder(inputs, run).resolve("spec.yaml");
    RunSpec spec = RunSpec.parse(TextRows.text(run.resolve("spec.yaml")), specFile, Map.of());
    Torch.start(spec.threads().orElseGet(Resources::physicalCores));
    BaseFolder base = BaseFolder.open(spec.base().path());
    if (!Inputs.isOfBase(inputs, base.digest())) {
      throw new RunException(
          "the base at " + spec.base().path().normalize() + " has changed since the run at " + run,
          "an adapter fits the base it was trained on: put that one back, or finetune again");
    }
    List<String> labels = new ArrayList<>();
    summary.path("labels").forEach(label -> labels.add(label.asText()));

    ObjectNode value = new ObjectMapper().createObjectNode();
    ArrayNode predictions = value.putArray("predictions");
    try (TaskModel opened =
            TaskModel.open(spec.task(), base, Devices.of(spec.device()), labels.size(), 0);
        AdaptedModel model =
            AdaptedModel.stored(
                opened.manager(), opened.model(), PeftFolder.read(run.resolve("adapter")));
        TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), spec.data().maxLength())) {
      for (JsonNode texts : context.arguments().path("texts")) {
        requireColumns(texts.size(), TextRows.columns(spec.data().train()).text());
        String second = texts.size() > 1 ? texts.get(1).asText() : null;
        float[] probabilities =
            probabilities(
                model,
                (SequenceClassification) opened.objective(),
                encoder.encode(texts.get(0).asText(), second));
        int best = 0;
        for (int c = 1; c < probabilities.length; c++) {
          best = probabilities[c] > probabilities[best] ? c : best;
        }
        String text = texts.get(0).asText() + (second == null ? "" : " | " + second);
        predictions
            .addObject()
            .put("label", labels.get(best))
            .put("probability", probabilities[best])
            .put("text", text);
        context
            .events()
            .accept(
                Event.Message.info(
                    String.format(
                        Locale.ROOT, "%s %.3f %s", labels.get(best), probabilities[best], text)));
      }
    }
    return JobResult.finished(value);
  }

  private static void requireColumns(int given, List<String> columns) {
    if (given != columns.size()) {
      throw new RunException(
          "the run was trained on %s (%s), but %s given"
              .formatted(
                  columns.size() == 1 ? "one text" : "pairs of texts",
                  String.join(", ", columns),
                  given == 1 ? "one text is" : given + " texts are"),
          columns.size() == 1 ? "give one text" : "give both texts of a pair");
    }
  }

  private static float[] probabilities(
      AdaptedModel model, SequenceClassification task, Encoded encoded) {
    PackedBatch batch =
        PackedBatch.of(
            List.of(Example.ofClass(encoded.ids(), encoded.types(), Example.NO_LABEL, 0)));
    try (Scope scope = Scope.open(model.manager())) {
      return task.probabilities(
          new InferencePass(model.linears(), scope.manager(), new HostArena()), batch);
    }
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
