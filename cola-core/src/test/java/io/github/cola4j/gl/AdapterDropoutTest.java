package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What adapters read is dropped while training, and the gradients are those of what is left. */
class AdapterDropoutTest {
  private static final String ADAPTER =
      "{r: 4, lora_alpha: 4, target_modules: all-linear, lora_dropout: %s}";

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
  @ValueSource(strings = {"bert", "gpt2", "llama", "bart"})
  void gradientsAreThoseOfBackPropagationWithTheSameMasks(String base) {
    try (AdaptedCase dropping = AdaptedCase.of(manager, folder, base, ADAPTER.formatted(0.3));
        AdaptedCase keeping = AdaptedCase.of(manager, folder, base, ADAPTER.formatted(0))) {
      AdaptedCase.Gradients dropped = dropping.decoupled();
      dropped.assertSame(dropping.coupled(0.3), 1e-5, 1e-4);
      AdaptedCase.Gradients kept = keeping.decoupled();
      kept.assertSame(keeping.coupled(0), 1e-5, 1e-4);
      assertNotEquals(kept.loss(), dropped.loss(), 1e-4, "something is dropped");
      // Nothing is where nothing is learned.
      assertArrayEquals(keeping.logits(), dropping.logits());
    }
  }
}
