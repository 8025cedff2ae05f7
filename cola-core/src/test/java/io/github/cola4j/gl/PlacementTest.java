package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which modules get adapters, of which rank and α; and that a PEFT folder tells the same. */
class PlacementTest {
  private static final String LAYER = "bert.encoder.layer.";

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  /** Rank and α at each low-rank site, say {@code 4 × 2.0}. */
  private Map<String, String> placed(String base, String adapter) {
    try (AdaptedCase adapted = AdaptedCase.of(manager, folder, base, adapter)) {
      RunSpec spec = AdaptedCase.spec(folder, adapted.reference(), adapter);
      PeftFolder.write(
          folder.resolve("adapter"), adapted.model().export(spec.adapter(), "base", "SEQ_CLS"));
      PeftConfig config = PeftFolder.read(folder.resolve("adapter")).config();
      Map<String, String> placed = new TreeMap<>();
      for (Site site : adapted.model().sites()) {
        Adapter own = site.adapter();
        if (own instanceof LowRank) {
          long rank = own.parameters().get("A").getShape().get(0);
          assertEquals(config.rank(site.name()), rank, site.name());
          assertEquals(config.scaling(site.name()), own.scale(), 1e-12, site.name());
          placed.put(site.name(), "%d × %.4f".formatted(rank, own.scale()));
        }
      }
      return placed;
    }
  }

  @Test
  void ranksAndAlphasGoByTheirPatterns() {
    assertEquals(
        Map.of(
            LAYER + "0.attention.self.query", "4 × 2.0000",
            LAYER + "1.attention.self.query", "6 × 1.3333",
            LAYER + "0.attention.self.value", "2 × 6.0000",
            LAYER + "1.attention.self.value", "2 × 6.0000"),
        placed(
            "bert",
            "{r: 4, lora_alpha: 8, rank_pattern: {value: 2, layer.1.attention.self.query: 6}, alpha_pattern: {value: 12}}"));
    // The first pattern that matches counts; α by the root of the module's own rank.
    assertEquals(
        Map.of(
            LAYER + "0.attention.self.query", "9 × 2.0000",
            LAYER + "1.attention.self.query", "4 × 3.0000"),
        placed(
            "bert",
            "{r: 9, lora_alpha: 6, use_rslora: true, target_modules: [query], rank_pattern: {'layer\\.1\\..*query': 4, query: 9}}"));
  }

  @Test
  void whatIsExcludedIsNoSite() {
    assertEquals(
        Map.of(
            LAYER + "0.attention.self.query", "8 × 1.0000",
            LAYER + "1.attention.self.query", "8 × 1.0000",
            LAYER + "0.attention.self.value", "8 × 1.0000"),
        placed(
            "bert",
            "{target_modules: [query, value], exclude_modules: ['1.attention.self.value']}"));
    assertEquals(
        Map.of(LAYER + "0.output.dense", "8 × 1.0000", LAYER + "1.output.dense", "8 × 1.0000"),
        placed(
            "bert",
            "{target_modules: [dense], exclude_modules: '.*(attention|intermediate|pooler).*'}"));
  }

  @Test
  void layersAreCountedBehindTheirPattern() {
    assertEquals(
        Map.of("transformer.h.1.attn.c_attn", "8 × 1.0000"),
        placed("gpt2", "{target_modules: [c_attn], layers_to_transform: 1, layers_pattern: h}"));
    assertEquals(
        Map.of("model.decoder.layers.0.self_attn.q_proj", "8 × 1.0000"),
        placed(
            "bart",
            "{target_modules: [decoder.layers.0.self_attn.q_proj, decoder.layers.1.self_attn.q_proj], layers_to_transform: 0, layers_pattern: [layers]}"));
  }
}
