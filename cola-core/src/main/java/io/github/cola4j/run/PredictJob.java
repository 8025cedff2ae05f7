package io.github.cola4j.run;

import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;

/**
 * What the adapter of a finished run makes of texts or images. Arguments:
 *
 * <ul>
 *   <li>the run, as {@link RunArguments} tells
 *   <li>one of {@code texts}, a list of lists of texts, one for each column that the run read;
 *       {@code images}, a list of files; {@code input}, with {@code file}, a table, a list of texts
 *       or of images, or a folder of these, {@code format}, how it is written if its name does not
 *       say, and {@code folder}, what paths in a list of images are relative to
 *   <li>{@code output}, a file for the answers, a JSON object on each line; without it they are
 *       messages, and, but for {@code input}, the value {@code predictions}
 * </ul>
 *
 * The value {@code rows} says how many there are. docs/outputs.md tells the fields of an answer.
 */
public final class PredictJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    return new Answering(context, RunArguments.open(context), 1, Answers::line).answered();
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
