package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures a finished run's model. Arguments: the run, as {@link RunArguments} tells, with its data
 * among the sources; {@code model}, {@code adapter} (the default), {@code merged}, {@code base}, or
 * a folder; {@code split}, {@code validation} (the default) or {@code train}; {@code data}, other
 * rows instead of a split: a file, or a section as {@code data.validation} is one, as YAML. What
 * came out is written into the run's folder, and is the job's value; its table is told as messages.
 */
public final class EvaluateJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    ObjectNode arguments = context.arguments();
    FinishedRun run = RunArguments.open(context);
    Assessment.Asked asked =
        new Assessment.Asked(
            AskedModel.parse(arguments.path("model").asText("adapter")),
            split(arguments.path("split").asText("validation")),
            Optional.of(arguments.path("data").asText()).filter(data -> !data.isEmpty()));
    ObjectNode evaluation = Assessment.of(run, asked);
    Path file = RunFolder.evaluation(run.folder(), special(run, asked, evaluation));
    RunFolder.writeJson(file, evaluation);
    EvaluationText.lines(evaluation, file.getFileName().toString())
        .forEach(line -> context.events().accept(Event.Message.info(line)));
    context.events().accept(Event.Message.info("Written: " + file.getFileName()));
    return JobResult.finished(evaluation);
  }

  private static Split split(String word) {
    return switch (word) {
      case "validation" -> Split.VALIDATION;
      case "train" -> Split.TRAIN;
      default ->
          throw new RunException(
              "there is no split '" + word + "'", "write validation or train, or give a file");
    };
  }

  /** By which an evaluation differs from that of the run's own model on its validation rows. */
  private static List<String> special(
      FinishedRun run, Assessment.Asked asked, ObjectNode evaluation) {
    boolean usual =
        asked.model() instanceof AskedModel.Adapter
            && asked.split() == Split.VALIDATION
            && asked.data().isEmpty()
            && run.user().isEmpty();
    if (usual) {
      return List.of();
    }
    List<String> parts =
        new ArrayList<>(
            List.of(evaluation.path("model").asText(), evaluation.path("split").asText()));
    run.user().ifPresent(parts::add);
    return parts;
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
