package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.merge.MergeSettings;
import io.github.cola4j.merge.MergedModel;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.PredictorOptions;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of a run that is finished, to use what came out of it.
 *
 * @param folder the run's
 * @param spec what was asked for
 * @param labels the names of the classes; empty where there are none
 * @param base what the adapter was trained on, found unchanged
 */
public record FinishedRun(Path folder, RunSpec spec, List<String> labels, BaseFolder base) {
  /** Texts on which a merged model is compared with the adapter beside its base. */
  private static final List<String> SAMPLE =
      List.of(
          "The quick brown fox jumps over the lazy dog.",
          "A merged model gives what its parts gave.",
          "To be, or not to be, that is the question.",
          "1, 2, 3: what comes next?");

  /**
   * Opens a run's folder.
   *
   * @throws RunException if there is no finished run, or the base has changed since
   */
  public static FinishedRun open(Path folder) {
    if (!Files.exists(folder.resolve("summary.json"))) {
      throw new RunException(
          "there is no finished run at " + folder,
          "finetune first, or name the output folder of a finished run");
    }
    JsonNode summary = RunFolder.readJson(folder.resolve("summary.json"));
    JsonNode inputs = RunFolder.readJson(folder.resolve("inputs.json"));
    Path specFile = Inputs.specFolder(inputs, folder).resolve("spec.yaml");
    RunSpec spec = RunSpec.parse(TextRows.text(folder.resolve("spec.yaml")), specFile, Map.of());
    BaseFolder base = BaseFolder.open(spec.base().path());
    if (!Inputs.isOfBase(inputs, base.digest())) {
      throw new RunException(
          "the base at "
              + spec.base().path().normalize()
              + " has changed since the run at "
              + folder,
          "an adapter fits the base it was trained on: put that one back, or finetune again");
    }
    List<String> labels = new ArrayList<>();
    summary.path("labels").forEach(label -> labels.add(label.asText()));
    return new FinishedRun(folder, spec, List.copyOf(labels), base);
  }

  /** The adapter's PEFT folder. */
  public Path adapter() {
    return folder.resolve("adapter");
  }

  /** The base with the adapter, on the spec's device; the caller closes it. */
  public Predictor predictor() {
    Torch.start(spec.threads().orElseGet(Resources::physicalCores));
    PredictorOptions options =
        new PredictorOptions(
            Optional.of(spec.task()),
            labels,
            Optional.of(spec.data().maxLength()),
            true,
            Devices.of(spec.device()));
    return Predictor.open(base.folder(), adapter(), options);
  }

  /**
   * Merges the adapter into its base and writes a Hugging Face folder.
   *
   * @param target replaced if it stands there
   */
  public MergedModel.Report merge(Path target, MergeSettings settings) {
    Torch.start(spec.threads().orElseGet(Resources::physicalCores));
    try (TextCodec codec = TextCodec.open(base.tokenizerFile())) {
      List<int[]> sample = codec.encode(SAMPLE);
      return MergedModel.write(
          spec.task(), base, PeftFolder.read(adapter()), labels, sample, settings, target);
    }
  }
}
