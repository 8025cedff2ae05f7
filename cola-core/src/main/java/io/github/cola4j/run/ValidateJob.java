package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells what a run would do, and trains nothing. Arguments: {@code spec} and {@code overrides}, as
 * for {@link FinetuneJob}. The value is what {@link Preview} tells, and messages say it in words.
 */
public final class ValidateJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    Map<String, String> overrides = new LinkedHashMap<>();
    context
        .arguments()
        .path("overrides")
        .properties()
        .forEach(entry -> overrides.put(entry.getKey(), entry.getValue().asText()));
    ObjectNode told =
        Preview.of(RunSpec.read(Path.of(context.arguments().path("spec").asText()), overrides));
    PreviewText.of(told).forEach(line -> context.events().accept(Event.Message.info(line)));
    return JobResult.finished(told);
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
