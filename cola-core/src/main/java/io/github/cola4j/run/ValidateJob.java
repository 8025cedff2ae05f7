package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;

/**
 * Tells what a run would do, and trains nothing. Arguments: {@code spec} and {@code overrides}, as
 * for {@link FinetuneJob}. The value is what {@link Preview} tells, and messages say it in words.
 */
public final class ValidateJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    RunSpec spec = SpecArguments.read(context.arguments());
    ObjectNode told = SpecProblems.located(spec, () -> Preview.of(spec));
    PreviewText.of(told).forEach(line -> context.events().accept(Event.Message.info(line)));
    return JobResult.finished(told);
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
