package io.github.cola4j.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.VocabularyHead;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a float64 computation in Java that holds all logits at once. */
class VocabularyLossTest {
  private static final int WIDTH = 4;
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

  @Test
  void chunksOfTokensMakeTheSameAsAllAtOnce() {
    // 600 tokens of 50,000 words: three chunks, the last one short
    matches(600, 50_000, 1, true);
  }

  @Test
  void aFewTokensAreLessThanOneChunk() {
    matches(3, 11, 1, false);
  }

  /** Where softmax gives the label's probability as zero, its logarithm is still a number. */
  @Test
  void aLabelThatTheModelRulesOutHasAFiniteLoss() {
    matches(5, 7, 100, true);
  }

  private void matches(int tokens, int words, double size, boolean biased) {
    Random random = new Random(7);
    float[] hidden = drawn(random, tokens * WIDTH, size);
    float[] weight = drawn(random, words * WIDTH, size);
    float[] bias = drawn(random, words, size);
    int[] labels = random.ints(tokens, 0, words).toArray();
    try (VocabularyLoss loss = new VocabularyLoss(manager);
        Scope scope = Scope.open(manager)) {
      VocabularyHead head =
          new VocabularyHead(
              manager.create(weight, new Shape(words, WIDTH)),
              biased ? manager.create(bias) : null);
      ForwardPass pass =
          new InferencePass(new AdaptedModules(List.of(), true), scope.manager(), new HostArena());
      NDArray x = manager.create(hidden, new Shape(tokens, WIDTH));
      Loss made = loss.mean(pass, x, labels, head);
      float[] gradient = made.gradient().toFloatArray();

      double sum = 0;
      for (int token = 0; token < tokens; token++) {
        double[] logits = new double[words];
        double largest = Double.NEGATIVE_INFINITY;
        for (int word = 0; word < words; word++) {
          logits[word] = biased ? bias[word] : 0;
          for (int i = 0; i < WIDTH; i++) {
            logits[word] += (double) hidden[token * WIDTH + i] * weight[word * WIDTH + i];
          }
          largest = Math.max(largest, logits[word]);
        }
        double total = 0;
        for (double logit : logits) {
          total += Math.exp(logit - largest);
        }
        sum += largest + Math.log(total) - logits[labels[token]];
        for (int i = 0; i < WIDTH; i++) {
          double expected = 0;
          for (int word = 0; word < words; word++) {
            double p = Math.exp(logits[word] - largest) / total - (word == labels[token] ? 1 : 0);
            expected += p * weight[word * WIDTH + i] / tokens;
          }
          assertEquals(expected, gradient[token * WIDTH + i], 2e-6 * size, "token " + token);
        }
      }
      assertEquals(sum / tokens, value(made.mean()), 1e-5 * sum / tokens);
      assertEquals(sum, value(loss.sum(pass, x, labels, head)), 1e-5 * sum);
    }
  }

  private static double value(NDArray scalar) {
    return scalar.toType(DataType.FLOAT64, false).getDouble();
  }

  private static float[] drawn(Random random, int count, double size) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * size);
    }
    return values;
  }
}
