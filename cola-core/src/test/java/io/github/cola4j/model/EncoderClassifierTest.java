package io.github.cola4j.model;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.golden.EncoderCase;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same base under the names that checkpoints have in the wild, and bases that are refused. */
class EncoderClassifierTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;
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

  static List<EncoderCase> encoders() {
    return EncoderCase.encoders();
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void namesWithoutThePrefixAndDatedNormsAreFound(EncoderCase reference) {
    Path file =
        renamed(
            reference,
            name ->
                name.replaceFirst("^(bert|roberta)\\.", "")
                    .replace("LayerNorm.weight", "LayerNorm.gamma")
                    .replace("LayerNorm.bias", "LayerNorm.beta"));
    try (Safetensors weights = Safetensors.open(file);
        EncoderClassifier model = reference.model(manager, weights)) {
      float[] expected = reference.logits(reference.tensors("forward.safetensors").get("logits"));
      assertNear(logits(model, reference), expected, TOLERANCE, "logits");
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void aHeadThatIsNotThereIsDrawnBySeed(EncoderCase reference) {
    Path file =
        renamed(
            reference,
            name -> name.startsWith("classifier") || name.contains("pooler") ? null : name);
    float[] first = freshLogits(file, reference, 1);
    assertArrayEquals(first, freshLogits(file, reference, 1), "the same seed draws the same head");
    assertTrue(
        !Arrays.equals(first, freshLogits(file, reference, 2)), "another seed draws another one");
  }

  @Test
  void aDrawnPoolerIsTrainedAndSavedWithTheHead() {
    EncoderCase bert = reference("bert");
    Path file = renamed(bert, name -> name.contains("pooler") ? null : name);
    try (Safetensors weights = Safetensors.open(file);
        EncoderClassifier model = bert.model(manager, weights)) {
      assertEquals(
          List.of("bert.pooler.dense", "classifier"),
          model.head().stream().map(Linear::name).toList());
      assertEquals(List.of("pooler", "classifier"), model.headModules());
    }
  }

  @Test
  void aDrawnHeadHasTheConfiguredSpreadAndNoBias() {
    EncoderCase roberta = reference("roberta");
    Path file = renamed(roberta, name -> name.startsWith("classifier") ? null : name);
    try (Safetensors weights = Safetensors.open(file);
        EncoderClassifier model = roberta.model(manager, weights)) {
      float[] values = model.head().get(0).weight().toFloatArray();
      double squares = 0;
      for (float value : values) {
        squares += value * value;
      }
      double configured =
          roberta.json("checkpoint", "config.json").get("initializer_range").asDouble();
      assertEquals(configured, Math.sqrt(squares / values.length), 0.1 * configured);
      assertArrayEquals(
          new float[(int) model.head().get(0).out()], model.head().get(0).bias().toFloatArray());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hidden_act, \"relu6\", hidden_act is relu6; only gelu is built",
    "position_embedding_type, \"relative_key\", position_embedding_type is relative_key; only absolute is built",
    "is_decoder, true, is_decoder is true; only encoders are built",
    "quantization_config, {}, quantization_config is set; only unquantized weights are read, name the model that these were made from",
    "hidden_size, 30, hidden_size 30 is no multiple of num_attention_heads 4",
    "hidden_size, \"many\", hidden_size is \"many\"; a whole number above 0 is needed",
    "vocab_size, 99, tensor bert.embeddings.word_embeddings.weight has shape",
    "num_hidden_layers, 9, the base has no tensor bert.encoder.layer.2.attention.self.query.weight"
  })
  void whatIsNotBuiltOrDoesNotFitIsRefusedByName(String key, String value, String expected)
      throws Exception {
    EncoderCase bert = reference("bert");
    if (!bert.json("checkpoint", "config.json").get("num_hidden_layers").asText().equals("2")) {
      expected =
          expected.replace(
              "layer.2",
              "layer." + bert.json("checkpoint", "config.json").get("num_hidden_layers"));
    }
    ObjectNode config = (ObjectNode) bert.json("checkpoint", "config.json");
    config.set(key, new ObjectMapper().readTree(value));
    try (Weights weights = bert.weights()) {
      ModelException refused =
          assertThrows(
              ModelException.class,
              () ->
                  EncoderClassifier.load(
                      manager, config, weights, WeightType.FLOAT32, bert.classes, 0));
      String wanted = expected;
      assertTrue(
          refused.getMessage().contains(wanted),
          () -> refused.getMessage() + "\n should contain: " + wanted);
    }
  }

  @Test
  void anotherNumberOfClassesThanTheBasesHeadIsRefused() {
    EncoderCase bert = reference("bert");
    try (Weights weights = bert.weights()) {
      ModelException refused =
          assertThrows(
              ModelException.class,
              () ->
                  EncoderClassifier.load(
                      manager,
                      bert.json("checkpoint", "config.json"),
                      weights,
                      WeightType.FLOAT32,
                      7,
                      0));
      assertTrue(
          refused
              .getMessage()
              .contains("tells " + bert.classes + " classes apart, the labels are 7"),
          refused.getMessage());
    }
  }

  @Test
  void aRowLongerThanThePositionsIsRefused() {
    EncoderCase bert = reference("bert");
    int length = bert.json("checkpoint", "config.json").get("max_position_embeddings").asInt() + 1;
    try (Weights weights = bert.weights();
        EncoderClassifier model = bert.model(manager, weights);
        Scope scope = Scope.open(manager)) {
      Tokens tokens = new Tokens(new Packing(new int[] {length}), new int[length], new int[length]);
      ModelException refused =
          assertThrows(ModelException.class, () -> model.logits(pass(scope), tokens));
      assertTrue(refused.getMessage().contains("lower data.max_length"), refused.getMessage());
    }
  }

  private float[] freshLogits(Path file, EncoderCase reference, long seed) {
    try (Safetensors weights = Safetensors.open(file);
        EncoderClassifier model =
            EncoderClassifier.load(
                manager,
                reference.json("checkpoint", "config.json"),
                weights,
                WeightType.FLOAT32,
                reference.classes,
                seed)) {
      return logits(model, reference);
    }
  }

  private float[] logits(EncoderClassifier model, EncoderCase reference) {
    try (Scope scope = Scope.open(manager)) {
      Tokens tokens =
          new Tokens(reference.batch.packing(), reference.batch.ids(), reference.batch.types());
      return model.logits(pass(scope), tokens).toFloatArray();
    }
  }

  private static InferencePass pass(Scope scope) {
    return new InferencePass(
        new AdaptedModules(List.of(), false), scope.manager(), new HostArena());
  }

  private Path renamed(EncoderCase reference, UnaryOperator<String> name) {
    Map<String, HostTensor> tensors = new HashMap<>();
    try (Weights weights = reference.weights()) {
      for (String stored : weights.names()) {
        String renamed = name.apply(stored);
        if (renamed != null) {
          tensors.put(renamed, weights.read(stored));
        }
      }
    }
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    return file;
  }

  private static EncoderCase reference(String name) {
    return EncoderCase.encoders().stream()
        .filter(c -> c.name.equals(name))
        .findFirst()
        .orElseThrow();
  }
}
