package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.CausalCase;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.CausalLanguageModel;
import io.github.cola4j.task.CausalLanguageModeling;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In decoder-only models, values are dropped by seed, and the gradients are those of what is left.
 */
class DecoderDropoutTest {
  private static final long SEED = 3;
  private static final List<String> GPT2 = List.of("attn_pdrop", "resid_pdrop", "embd_pdrop");
  private static final List<String> OTHERS = List.of("attention_dropout");

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

  static List<Arguments> dropouts() {
    return GoldenCase.all().stream()
        .filter(CausalCase.class::isInstance)
        .map(CausalCase.class::cast)
        .flatMap(reference -> keys(reference).map(key -> Arguments.of(reference, key)))
        .toList();
  }

  private static Stream<String> keys(CausalCase reference) {
    boolean gpt2 = reference.config().get("model_type").asText().equals("gpt2");
    return (gpt2 ? GPT2 : OTHERS).stream();
  }

  @ParameterizedTest
  @MethodSource("dropouts")
  void gradientLearningEqualsBackPropagation(CausalCase reference, String key) {
    ObjectNode config = (ObjectNode) reference.config();
    try (Weights weights = reference.weights()) {
      double plain = loss(config, weights);
      config.put(key, 0.2);
      try (CausalLanguageModel model =
              CausalLanguageModel.load(manager, config, weights, WeightType.FLOAT32);
          CausalLanguageModeling task = new CausalLanguageModeling(manager, model)) {
        DropoutCase dropping = adapted(model, task);
        assertNotEquals(plain, dropping.loss(), "something is dropped");
        dropping.assertGradientsAreThoseOfBackPropagation();
      }
    }
  }

  /** The loss of a model with these settings and the same adapters. */
  private double loss(ObjectNode config, Weights weights) {
    try (CausalLanguageModel model =
            CausalLanguageModel.load(manager, config, weights, WeightType.FLOAT32);
        CausalLanguageModeling task = new CausalLanguageModeling(manager, model)) {
      return adapted(model, task).loss();
    }
  }

  /** Attention's and the feed-forward part's, so that every mask lies above a site. */
  private DropoutCase adapted(CausalLanguageModel model, CausalLanguageModeling task) {
    String targets = ".*\\.(q_proj|v_proj|up_proj|c_attn|c_fc)";
    return DropoutCase.of(manager, model, task, targets, batch());
  }

  /** Some blocks are padded, some rows are longer than a window. */
  private static PackedBatch batch() {
    Random random = new Random(SEED);
    List<Example> rows = new ArrayList<>();
    for (int row = 0; row < 6; row++) {
      int[] ids = random.ints(3 + random.nextInt(20), 5, 290).toArray();
      rows.add(new Example(ids, new int[ids.length], ids, 0, row));
    }
    return PackedBatch.of(rows);
  }
}
