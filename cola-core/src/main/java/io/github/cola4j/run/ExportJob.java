package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes the adapters of a finished run for others. Arguments: the run, as {@link RunArguments}
 * tells, without a user everybody's; {@code target}, a folder or, where its name ends in {@code
 * .zip}, a zip, by default the folder {@code exported} in the run's, or {@code exported-<user>};
 * {@code base_name}, by what name others find the base. The value has {@code target}.
 */
public final class ExportJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    JsonNode arguments = context.arguments();
    FinishedRun run = RunArguments.open(context);
    Path target =
        arguments.has("target")
            ? Path.of(arguments.path("target").asText())
            : run.derived(RunFolder.EXPORTED);
    AdapterExport export =
        AdapterExport.of(run, Optional.ofNullable(arguments.path("base_name").textValue()));
    export.write(target);
    context.events().accept(Event.Message.info("Exported: " + target + ", " + export.words()));
    if (!export.readByPeft()) {
      context
          .events()
          .accept(
              Event.Message.warn(
                  "PEFT has no adapters of this kind: Python cannot read them, but, where they can be merged, the merged model"));
    }
    return JobResult.finished(
        JsonNodeFactory.instance.objectNode().put("target", target.toString()));
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
