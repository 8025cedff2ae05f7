package io.github.cola4j.bench;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.PredictorOptions;
import io.github.cola4j.run.Failures;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.Outcome;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Uses a large base once; arguments are {@link LargeBaseSettings}. */
public final class LargeBaseJob implements Job {
  /** How many tokens it generates. */
  static final int NEW_TOKENS = 8;

  private static final int FORWARD_TOKENS = 64;
  private static final String PROMPT = "w11 w222 w3333 w4";

  @Override
  public JobResult run(JobContext context) throws Exception {
    LargeBaseSettings settings =
        Forked.JSON.treeToValue(context.arguments(), LargeBaseSettings.class);
    Torch.start(settings.threads());
    Path base = Path.of(settings.base());
    ObjectNode result =
        switch (settings.work()) {
          case FORWARD -> forward(base);
          case GENERATE -> generate(base);
        };
    return JobResult.finished(result.put("peak_rss_mb", Rounded.peakMegabytes()));
  }

  private static ObjectNode forward(Path folder) {
    ObjectNode result = Forked.JSON.createObjectNode();
    long start = System.nanoTime();
    BaseFolder base = BaseFolder.open(folder);
    try (TaskModel task = TaskModel.open(Task.CAUSAL_LM, base, Device.cpu(), 0, 0);
        AdaptedModel model = AdaptedModel.bare(task.manager(), task.model());
        Scope scope = Scope.open(model.manager())) {
      result.put("open_s", seconds(start));
      start = System.nanoTime();
      int vocabulary = base.config().path("vocab_size").asInt();
      int[] ids = new Random(0).ints(FORWARD_TOKENS, 0, vocabulary).toArray();
      Outcome outcome =
          task.objective()
              .outcome(
                  new InferencePass(model.modules(), scope.manager(), new HostArena()),
                  PackedBatch.of(List.of(new Example(ids, new int[ids.length], ids, 0, 0))));
      task.objective()
          .metrics(List.of(outcome))
          .forEach((name, value) -> result.put(name, Rounded.of(value, 4)));
      return result.put("forward_s", seconds(start));
    }
  }

  private static ObjectNode generate(Path folder) {
    ObjectNode result = Forked.JSON.createObjectNode();
    long start = System.nanoTime();
    try (Predictor predictor =
        Predictor.open(folder, PredictorOptions.DEFAULT.withTask(Task.CAUSAL_LM))) {
      result.put("open_s", seconds(start));
      start = System.nanoTime();
      String text =
          predictor.generate(PROMPT, GenerationSettings.DEFAULT.withMaxNewTokens(NEW_TOKENS));
      return result.put("generate_s", seconds(start)).put("text", text.strip());
    }
  }

  private static double seconds(long since) {
    return Rounded.of((System.nanoTime() - since) / 1e9, 2);
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
