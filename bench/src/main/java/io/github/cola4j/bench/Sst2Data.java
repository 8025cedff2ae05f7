package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.LabelledTexts;
import io.github.cola4j.data.Labels;
import io.github.cola4j.data.TableReader;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SplitSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How the commands that train on SST-2 read it. */
final class Sst2Data {
  static final int MAX_LENGTH = 128;
  static final Labels LABELS = new Labels(List.of("0", "1"));

  private static final String TEXT = "sentence";
  private static final String LABEL = "label";

  private Sst2Data() {}

  /**
   * As a user would write it.
   *
   * @param base the folder of the model
   * @param data the folder of train.tsv and test.tsv
   * @param rows of train.tsv, the first ones
   * @param rank of the adapters; their α is 1
   * @param targets the modules that get adapters
   */
  static RunSpec spec(
      String base,
      String data,
      int rows,
      int rank,
      List<String> targets,
      long seed,
      String device) {
    ObjectNode spec = Forked.JSON.createObjectNode();
    spec.put("base", base).put("device", device);
    ObjectNode splits = spec.putObject("data");
    splits
        .putObject("train")
        .put("file", data + "/train.tsv")
        .put("text", TEXT)
        .put("label", LABEL)
        .put("limit", rows);
    splits.putObject("validation").put("file", data + "/test.tsv");
    splits.put("max_length", MAX_LENGTH);
    ObjectNode adapter = spec.putObject("adapter");
    adapter.put("r", rank).put("lora_alpha", rank);
    targets.forEach(adapter.putArray("target_modules")::add);
    spec.putObject("training").put("seed", seed);
    // JSON is YAML too, and quotes whatever a path may hold.
    return RunSpec.parse(spec.toPrettyString(), Path.of("cola-bench.yaml"), Map.of());
  }

  static Dataset encoded(SplitSpec split, TextEncoder encoder) {
    return LabelledTexts.classes(TableReader.read(split), List.of(TEXT), LABEL, encoder, LABELS);
  }
}
