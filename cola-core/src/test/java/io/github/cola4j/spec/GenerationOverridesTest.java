package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finished run's {@code generation}, changed for once. */
class GenerationOverridesTest {
  @TempDir Path folder;

  /** As a run's folder has it, every default written out. */
  private GenerationSpec changed(String generation, Map<String, String> changes)
      throws IOException {
    Files.createDirectories(folder.resolve("base"));
    Files.writeString(folder.resolve("train.txt"), "text");
    String spec =
        "base: base\ntask: causal-lm\ndata: {train: {file: train.txt}}\ngeneration: " + generation;
    Path file = folder.resolve("spec.yaml");
    String resolved = RunSpec.parse(spec, file, Map.of()).resolved();
    return RunSpec.parse(resolved, file, GenerationSpec.overrides(changes)).generation().get();
  }

  @Test
  void whatLosesItsMeaningIsLeftOut() throws IOException {
    GenerationSpec greedy =
        changed("{do_sample: true, temperature: 0.5}", Map.of("do_sample", "false"));
    assertEquals(1, greedy.temperature());
    GenerationSpec drawn =
        changed(
            "{num_beams: 4, length_penalty: 2}",
            Map.of("num_beams", "1", "do_sample", "true", "temperature", "0.8"));
    assertEquals(0.8, drawn.temperature());
    assertEquals(1, drawn.lengthPenalty());
  }

  @Test
  void whatIsAskedForMustHaveOne() {
    SpecException without =
        assertThrows(
            SpecException.class,
            () -> changed("{do_sample: true}", Map.of("do_sample", "false", "temperature", "0.8")));
    assertTrue(
        without.getMessage().contains("generation.temperature: has no meaning with do_sample"),
        without.getMessage());
    SpecException both =
        assertThrows(
            SpecException.class, () -> changed("{num_beams: 4}", Map.of("do_sample", "true")));
    assertTrue(both.getMessage().contains("write num_beams: 1"), both.getMessage());
  }
}
