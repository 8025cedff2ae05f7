package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.spec.GenerationSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.util.HashMap;
import java.util.Map;

/**
 * Text that the adapter of a finished run writes. Arguments as for {@link PredictJob}, but for
 * images, and {@code generation}, an object of texts: what is other than in the spec's section of
 * that name; {@code seed}, by which text is drawn; {@code samples}, how many texts each prompt
 * gets. Messages are the texts alone.
 */
public final class GenerateJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    JsonNode arguments = context.arguments();
    Map<String, String> changes = new HashMap<>();
    arguments
        .path("generation")
        .properties()
        .forEach(change -> changes.put(change.getKey(), change.getValue().asText()));
    Map<String, String> overrides = new HashMap<>(GenerationSpec.overrides(changes));
    if (arguments.has("seed")) {
      overrides.put("training.seed", arguments.path("seed").asText());
    }
    FinishedRun run = open(context, overrides);
    run.generation();
    int samples = arguments.path("samples").asInt(1);
    if (samples > 1 && !run.generation().doSample()) {
      throw new RunException(
          samples + " texts of each prompt would be the same, since nothing is drawn",
          "draw them with do_sample: true, or ask for one");
    }
    return new Answering(
            context, run, samples, (question, answer) -> answer.path("generated").asText())
        .answered();
  }

  private static FinishedRun open(JobContext context, Map<String, String> overrides) {
    try {
      return RunArguments.open(context, overrides);
    } catch (SpecException e) {
      RunArguments.open(context).generation(); // a run of another task knows none of the keys
      throw e;
    }
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
