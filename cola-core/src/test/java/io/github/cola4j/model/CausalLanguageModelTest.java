package io.github.cola4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.golden.CausalCase;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same base as checkpoints have it in the wild, and bases that are refused. */
class CausalLanguageModelTest {
  private static final String HEAD = CausalLanguageModel.HEAD;

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

  static List<CausalCase> models() {
    return CausalCase.causals();
  }

  @ParameterizedTest
  @MethodSource("models")
  void namesWithoutThePrefixAreFound(CausalCase reference) {
    Map<String, HostTensor> bare = new HashMap<>();
    tensors(reference)
        .forEach((name, t) -> bare.put(name.replaceFirst("^(model|transformer)\\.", ""), t));
    assertFalse(tensors(reference).keySet().equals(bare.keySet()), "there was a prefix");
    assertArrayEquals(
        logits(reference.config(), tensors(reference)), logits(reference.config(), bare));
  }

  /** What transformers 5 does; those before tied it whatever the file held. */
  @ParameterizedTest
  @MethodSource("models")
  void aHeadOfItsOwnCountsEvenWhereItIsSaidToBeTied(CausalCase reference) {
    JsonNode tied = tied(reference, true);
    Map<String, HostTensor> tensors = tensors(reference);
    String words =
        tensors.keySet().stream()
            .filter(name -> name.matches(".*(wte|embed_tokens)\\.weight"))
            .findFirst()
            .orElseThrow();
    tensors.remove(HEAD);
    float[] alike = logits(tied, tensors);
    tensors.put(HEAD, tensors.get(words));
    assertArrayEquals(alike, logits(tied, tensors), "the same values again change nothing");

    float[] doubled = tensors.get(words).toFloats();
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] *= 2;
    }
    tensors.put(HEAD, HostTensor.floats(doubled, tensors.get(words).shape().getShape()));
    for (int i = 0; i < alike.length; i++) {
      alike[i] *= 2;
    }
    assertArrayEquals(alike, logits(tied, tensors), "twice the head, twice the logits");
  }

  @ParameterizedTest
  @MethodSource("models")
  void aMissingHeadIsNamed(CausalCase reference) {
    Map<String, HostTensor> tensors = tensors(reference);
    tensors.remove(HEAD);
    ModelException refused =
        assertThrows(ModelException.class, () -> logits(tied(reference, false), tensors));
    assertEquals(
        "the base has no tensor lm_head.weight; it is not a checkpoint of the architecture that its config.json names",
        refused.getMessage());
  }

  /** Before any memory is asked for. */
  @ParameterizedTest
  @MethodSource("models")
  void sizesThatDoNotFitAreRefused(CausalCase reference) {
    Map<String, HostTensor> tensors = tensors(reference);
    for (String key : List.of("vocab_size", "n_inner", "intermediate_size", "head_dim")) {
      ObjectNode config = (ObjectNode) reference.config();
      if (!config.has(key)) {
        continue; // another architecture's
      }
      config.put(key, (1 << 24) - 2);
      ModelException refused =
          assertThrows(ModelException.class, () -> logits(config, tensors), key);
      assertTrue(refused.getMessage().contains("is needed here"), refused.getMessage());
    }
  }

  private static JsonNode tied(CausalCase reference, boolean tied) {
    ObjectNode config = (ObjectNode) reference.config();
    return config.put("tie_word_embeddings", tied);
  }

  private static Map<String, HostTensor> tensors(CausalCase reference) {
    return reference.tensors("checkpoint", "model.safetensors");
  }

  /** Of two short rows' last tokens. */
  private float[] logits(JsonNode config, Map<String, HostTensor> tensors) {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    try (Safetensors weights = Safetensors.open(file);
        CausalLanguageModel model =
            CausalLanguageModel.load(manager, config, weights, WeightType.FLOAT32);
        Scope scope = Scope.open(manager)) {
      Tokens tokens =
          new Tokens(new Packing(new int[] {2, 3}), new int[] {4, 5, 6, 7, 8}, new int[5]);
      return model
          .vocabulary()
          .logits(model.hidden(pass(scope), tokens, tokens.packing().lasts()))
          .toFloatArray();
    }
  }

  private static InferencePass pass(Scope scope) {
    return new InferencePass(
        new AdaptedModules(List.of(), false), scope.manager(), new HostArena());
  }
}
