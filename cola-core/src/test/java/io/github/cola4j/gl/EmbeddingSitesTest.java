package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.golden.Difference;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of embeddings as sites: what the loss sends back to them, merged and unmerged. */
class EmbeddingSitesTest {
  private static final double LOSS = 1e-5;
  private static final double GRADIENTS = 1e-4;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert | {r: 4, lora_alpha: 4, target_modules: [word_embeddings]} | true",
        "bert | {kind: linear, target_modules: [word_embeddings, position_embeddings, token_type_embeddings]} | true",
        "bert | {r: 4, lora_alpha: 4, target_modules: [position_embeddings, query, output.dense]} | true",
        "roberta | {r: 4, lora_alpha: 4, target_modules: [word_embeddings, position_embeddings, value]} | true",
        "gpt2 | {r: 4, lora_alpha: 4, target_modules: [wte]} | false",
        "gpt2 | {kind: linear, target_modules: [wpe]} | true",
        "gpt2 | {r: 4, lora_alpha: 4, target_modules: [wte, wpe, c_attn, c_fc]} | false",
        "llama | {r: 4, lora_alpha: 4, target_modules: [embed_tokens, q_proj, down_proj]} | true",
        "llama | {kind: linear, target_modules: [embed_tokens]} | true",
        "bart | {r: 4, lora_alpha: 4, target_modules: [embed_tokens]} | false",
        "bart | {kind: linear, target_modules: [decoder.embed_tokens, v_proj]} | false"
      })
  void gradientsAreThoseOfBackPropagation(String base, String adapter, boolean mergeable) {
    try (AdaptedCase adapted = AdaptedCase.of(manager, folder, base, adapter)) {
      AdaptedCase.Gradients decoupled = adapted.decoupled();
      decoupled.assertSame(adapted.coupled(0), LOSS, GRADIENTS);
      long tables =
          adapted.model().sites().stream()
              .filter(site -> adapted.model().model().embeddings().contains(site.module()))
              .count();
      assertTrue(tables > 0);
      float[] unmerged = adapted.logits();
      assertEquals(mergeable, adapted.model().mergeable());
      if (mergeable) {
        adapted.model().keepMerged();
        assertTrue(Difference.relative(adapted.logits(), unmerged) > 1e-2, "they say something");
        adapted.model().merge();
        assertNear(adapted.logits(), unmerged, LOSS, "logits, merged");
        adapted.decoupled().assertSame(decoupled, LOSS, GRADIENTS);
      }
    }
  }

  /** What is tied says why it cannot be merged; what reads the table alone can. */
  @ParameterizedTest
  @CsvSource({
    "gpt2, '[wte, wpe, c_attn]', transformer.wte",
    "bart, '[embed_tokens, q_proj]', model.encoder.embed_tokens model.decoder.embed_tokens"
  })
  void tiedTablesCannotBeMerged(String base, String targets, String tied) {
    try (AdaptedCase adapted =
        AdaptedCase.of(manager, folder, base, "{target_modules: " + targets + "}")) {
      List<String> obstacles =
          adapted.model().sites().stream()
              .flatMap(site -> MergedWeights.obstacle(site).stream())
              .toList();
      assertEquals(
          List.of(tied.split(" ")).stream()
              .map(
                  site ->
                      "the adapter at "
                          + site
                          + " cannot be merged: the vocabulary's head reads the same table of embeddings")
              .toList(),
          obstacles);
    }
  }
}
