package io.github.cola4j.interop;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.golden.Difference;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.merge.MergeException;
import io.github.cola4j.merge.MergeSettings;
import io.github.cola4j.merge.MergedModel;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Loads what Python wrote and compares logits with Python's. {@code CASES/<architecture>/<case>/}
 * holds
 *
 * <ul>
 *   <li>{@code case.json}: {@code task}; {@code classes}; {@code base} and {@code adapter}, folders
 *       seen from the case (an adapter may be absent); {@code refused} with a word that the error
 *       must say, for what is not built; {@code tied} where it adapts a table that the vocabulary's
 *       head reads as well, so that it cannot be merged
 *   <li>{@code inputs.safetensors}, and {@code logits.safetensors} in the shape of transformers
 * </ul>
 *
 * Writes a line of JSON for each comparison: {@code architecture}, {@code case}, {@code check},
 * {@code difference}, or {@code error}.
 */
public final class FromPython {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FromPython() {}

  /**
   * @param args the folder of cases, and the file to write
   */
  public static void main(String[] args) throws IOException {
    Torch.start(1);
    StringBuilder results = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of(args[0]))) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().equals("case.json")).sorted().toList()) {
        new Comparison(file.getParent(), JSON.readTree(file.toFile()), results).run();
      }
    }
    Files.writeString(Path.of(args[1]), results, StandardCharsets.UTF_8);
  }

  private record Comparison(Path folder, JsonNode told, StringBuilder results) {

    void run() throws IOException {
      if (told.hasNonNull("refused")) {
        refusal(told.get("refused").asText());
        return;
      }
      String check = told.hasNonNull("adapter") ? "evaluated" : "loaded";
      try {
        float[] expected = expected();
        say(check, Difference.relative(logits(base(), true), expected));
        if (told.path("tied").asBoolean()) {
          check = "unmerged";
          unmerged();
        } else if (told.hasNonNull("adapter")) {
          check = "merged";
          say(check, Difference.relative(logits(merged(), false), expected));
        }
      } catch (RuntimeException e) {
        complain(check, e.toString());
      }
    }

    private void refusal(String word) {
      try {
        logits(base(), true);
        complain("refused", "was read, though " + word + " is not built");
      } catch (CheckpointException | ModelException e) {
        if (e.getMessage().contains(word)) {
          say("refused", 0);
        } else {
          complain("refused", "does not say \"" + word + "\": " + e.getMessage());
        }
      } catch (RuntimeException e) {
        complain("refused", e.toString());
      }
    }

    private void unmerged() {
      try {
        merged();
        complain("unmerged", "was merged, though the vocabulary's head reads the same table");
      } catch (MergeException e) {
        if (e.getMessage().contains("vocabulary's head") && !Files.exists(mergedFolder())) {
          say("unmerged", 0);
        } else {
          complain("unmerged", e.getMessage());
        }
      }
    }

    private Task task() {
      return Task.valueOf(told.get("task").asText());
    }

    private BaseFolder base() {
      return BaseFolder.open(folder.resolve(told.get("base").asText()).normalize());
    }

    private PeftAdapter adapter() {
      return PeftFolder.read(folder.resolve(told.get("adapter").asText()));
    }

    private PaddedBatch batch() {
      return PaddedBatch.read(task(), folder.resolve("inputs.safetensors"));
    }

    private int classes() {
      return told.path("classes").asInt();
    }

    private float[] expected() {
      try (Safetensors file = Safetensors.open(folder.resolve("logits.safetensors"))) {
        return GoldenCase.gather(file.read("logits"), batch().places());
      }
    }

    private float[] logits(BaseFolder base, boolean beside) {
      try (TaskModel opened = TaskModel.open(task(), base, Device.cpu(), classes(), 0);
          AdaptedModel model =
              beside && told.hasNonNull("adapter")
                  ? AdaptedModel.stored(opened.manager(), opened.model(), adapter())
                  : AdaptedModel.bare(opened.manager(), opened.model())) {
        return batch().logits(model).toFloats();
      }
    }

    private Path mergedFolder() {
      return folder.resolve("merged-by-java");
    }

    private BaseFolder merged() {
      List<String> labels = IntStream.range(0, classes()).mapToObj(i -> "class " + i).toList();
      Path target = mergedFolder();
      MergedModel.write(
          task(),
          base(),
          adapter(),
          labels,
          batch().rows(),
          MergeSettings.of(ElementType.F32),
          target);
      return BaseFolder.open(target);
    }

    private void say(String check, double difference) {
      results.append(line(check).put("difference", difference)).append('\n');
    }

    private void complain(String check, String error) {
      results.append(line(check).put("error", error)).append('\n');
    }

    private ObjectNode line(String check) {
      return JSON.createObjectNode()
          .put("architecture", folder.getParent().getFileName().toString())
          .put("case", folder.getFileName().toString())
          .put("check", check);
    }
  }
}
