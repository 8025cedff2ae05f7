package io.github.cola4j.gl;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.golden.SequenceToSequenceCase;
import io.github.cola4j.model.Bart;
import io.github.cola4j.task.SequenceToSequence;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are dropped by seed, and the gradients are those of what is left. */
class EncoderDecoderDropoutTest {
  private static final long SEED = 3;

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
  @ValueSource(strings = {"dropout", "attention_dropout", "activation_dropout"})
  void gradientLearningEqualsBackPropagation(String key) {
    GoldenCase bart =
        GoldenCase.all().stream()
            .filter(SequenceToSequenceCase.class::isInstance)
            .findFirst()
            .orElseThrow();
    ObjectNode config = (ObjectNode) bart.config();
    config.put(key, 0.2);
    try (Weights weights = bart.weights();
        Bart model = Bart.load(manager, config, weights, WeightType.FLOAT32);
        SequenceToSequence task = new SequenceToSequence(manager, model)) {
      DropoutCase.of(manager, model, task, ".*\\.(q_proj|v_proj|fc1)", batch())
          .assertGradientsAreThoseOfBackPropagation();
    }
  }

  private static PackedBatch batch() {
    Random random = new Random(SEED);
    List<Example> rows = new ArrayList<>();
    for (int row = 0; row < 6; row++) {
      int[] ids = random.ints(3 + random.nextInt(20), 5, 290).toArray();
      int[] labels = random.ints(1 + random.nextInt(20), 5, 290).toArray();
      rows.add(new Example(ids, new int[ids.length], labels, 0, row));
    }
    return PackedBatch.of(rows);
  }
}
