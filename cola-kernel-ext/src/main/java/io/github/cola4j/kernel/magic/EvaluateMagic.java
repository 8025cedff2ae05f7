package io.github.cola4j.kernel.magic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.EvaluateJob;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = "Measures a finished run: metrics, time of a prediction, throughput, memory.")
final class EvaluateMagic implements Magic {
  static final Set<String> WORDS = Set.of("adapter", "merged", "base");

  private final Session session;

  @Mixin private WhichRun which;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "adapter",
      description = "adapter (the default), merged, base, or the folder of a merged model")
  private String model;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "validation (the default) or train")
  private String split;

  @Option(names = "--data", paramLabel = "FILE", description = "other rows instead of a split")
  private String data;

  EvaluateMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() throws InterruptedException {
    if (split != null && data != null) {
      throw CellError.perhaps("Both --split and --data are given", "leave one of them out");
    }
    Path folder = which.folder(session);
    new LiveJob(session)
        .run(
            "Evaluation",
            EvaluateJob.class,
            DeviceChoice.AUTO,
            view -> {
              ObjectNode arguments =
                  session.workshop().runArguments(folder, which.user(), key -> true, view);
              arguments.put("model", WORDS.contains(model) ? model : absolute(model));
              if (split != null) {
                arguments.put("split", split);
              }
              if (data != null) {
                arguments.put("data", data.startsWith("{") ? data : absolute(data));
              }
              return arguments;
            });
    return null;
  }

  private String absolute(String path) {
    return session.workshop().folder().resolve(path).normalize().toString();
  }
}
