package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;

/**
 * Fine-tuning as a worker's job. Arguments: {@code spec}, the path of a {@code cola.yaml}; {@code
 * overrides}, an object of values that replace the file's; {@code force}, whether a run that stands
 * at the output is thrown away first; {@code code}, a digest of the classes that run.
 */
public final class FinetuneJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    ObjectNode arguments = context.arguments();
    RunSpec spec = SpecArguments.read(arguments);
    boolean finished =
        SpecProblems.located(
            spec,
            () ->
                Finetuning.run(
                    spec,
                    arguments.path("code").asText(),
                    arguments.path("force").asBoolean(),
                    context.events(),
                    context.stop()));
    return finished ? JobResult.finished() : JobResult.stopped();
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
