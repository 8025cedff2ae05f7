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

/** How the commands that train on SST-2, or on rows like its, read it. */
final class Sst2Data {
  static final int MAX_LENGTH = 128;
  static final Labels LABELS = new Labels(List.of("0", "1"));

  private Sst2Data() {}

  /**
   * As a user would write it.
   *
   * @param base the folder of the model
   * @param rows of the training file, the first ones
   * @param rank of the adapters; their α is 1
   * @param targets the modules that get adapters
   */
  static RunSpec spec(
      String base,
      TextTable data,
      int rows,
      int rank,
      List<String> targets,
      long seed,
      String device) {
    ObjectNode spec = Forked.JSON.createObjectNode();
    spec.put("base", base).put("device", device);
    ObjectNode splits = spec.putObject("data");
    ObjectNode train = splits.putObject("train");
    train.put("file", data.train()).put("format", "tsv").put("limit", rows);
    data.text().forEach(train.putArray("text")::add);
    train.put("label", data.label());
    splits.putObject("validation").put("file", data.test()).put("format", "tsv");
    splits.put("max_length", MAX_LENGTH);
    ObjectNode adapter = spec.putObject("adapter");
    adapter.put("r", rank).put("lora_alpha", rank);
    targets.forEach(adapter.putArray("target_modules")::add);
    spec.putObject("training").put("seed", seed);
    // JSON is YAML too, and quotes whatever a path may hold.
    return RunSpec.parse(spec.toPrettyString(), Path.of("cola-bench.yaml"), Map.of());
  }

  static Dataset encoded(SplitSpec split, TextTable data, TextEncoder encoder) {
    return LabelledTexts.classes(
        TableReader.read(split), data.text(), data.label(), encoder, LABELS);
  }
}
