package io.github.cola4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real models' {@code config.json} in both dialects, and with keys left out, say what they say to
 * transformers; expected values by {@code src/test/python/generate_decoder_configs.py}.
 */
class DecoderConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double ROUNDING = 2.5e-7; // two units in the last place

  private static JsonNode cases() throws IOException {
    try (InputStream in = DecoderConfigTest.class.getResourceAsStream("configs.json")) {
      return JSON.readTree(in);
    }
  }

  @TestFactory
  Stream<DynamicTest> realTextsAreReadAsTransformersReadsThem() throws IOException {
    return StreamSupport.stream(cases().spliterator(), false)
        .map(
            given ->
                DynamicTest.dynamicTest(
                    given.get("name").asText(),
                    () -> compare(given.get("config"), given.get("expected"))));
  }

  private static void compare(JsonNode text, JsonNode expected) {
    Record config;
    float[] frequencies = {};
    if (text.get("model_type").asText().equals("gpt2")) {
      config = Gpt2Config.read(text);
    } else {
      LlamaConfig llama = LlamaConfig.read(text);
      config = llama;
      frequencies = llama.rotary().frequencies(llama.headSize());
    }
    Map<?, ?> read = components(config);
    for (Iterator<String> keys = expected.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      JsonNode value = expected.get(key);
      switch (key) {
        case "activation" ->
            assertEquals(Activation.WORDS.get(value.asText()), read.get(key), "activation");
        case "windows" -> assertEquals(ints(value), read.get(key), "windows");
        case "frequencies" -> assertClose(frequencies, value);
        default ->
            assertEquals(
                value.isBoolean() ? value.asBoolean() : (Object) value.asDouble(),
                read.get(key) instanceof Number number ? number.doubleValue() : read.get(key),
                key);
      }
    }
    int rotary = config instanceof LlamaConfig ? 1 : 0; // is compared by its frequencies
    assertEquals(read.size() - rotary, expected.size() - rotary, "each component is compared");
  }

  private static Map<String, Object> components(Record config) {
    Map<String, Object> components = new HashMap<>();
    Arrays.stream(config.getClass().getRecordComponents())
        .forEach(
            component -> {
              try {
                components.put(component.getName(), component.getAccessor().invoke(config));
              } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
              }
            });
    return components;
  }

  private static List<Integer> ints(JsonNode values) {
    return IntStream.range(0, values.size()).mapToObj(i -> values.get(i).asInt()).toList();
  }

  private static void assertClose(float[] actual, JsonNode expected) {
    assertEquals(expected.size(), actual.length, "number of frequencies");
    for (int i = 0; i < actual.length; i++) {
      double value = expected.get(i).asDouble();
      assertEquals(value, actual[i], value * ROUNDING, "frequency " + i);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Llama-2-7b | rope_scaling | {'type': 'dynamic', 'factor': 2.0} | type is dynamic; built are",
        "Llama-2-7b | rope_scaling | {'rope_type': 'yarn', 'factor': 2.0} | rope_type is yarn; built are",
        "Llama-2-7b | rope_scaling | {'rope_type': 'longrope'} | rope_type is longrope; built are",
        "Llama-2-7b | rope_parameters | {'rope_type': 'yarn', 'rope_theta': 1e4} | rope_parameters.rope_type is yarn",
        "Llama-2-7b | rope_scaling | {'type': 'linear'} | rope_scaling.factor is missing; a number above 0 is needed",
        "Llama-2-7b | rope_scaling | {'type': 'linear', 'factor': -1} | rope_scaling.factor is -1; a number above 0",
        "Llama-2-7b | rope_scaling | {'type': 'linear', 'factor': 1e-300} | turn values by Infinity",
        "Llama-2-7b | rope_parameters | {'rope_type': 'default', 'rope_theta': 1e-300} | turn values by Infinity",
        "Llama-2-7b | rope_scaling | {'type': 'linear', 'factor': null} | rope_scaling.factor is missing",
        "Llama-2-7b | rope_scaling | {'type': 'linear', 'factor': 'many'} | factor is \"many\"",
        "Llama-2-7b | rope_scaling | {'rope_type': 'llama3', 'factor': 8} | rope_scaling.low_freq_factor is missing",
        "Llama-2-7b | rope_scaling | {'rope_type': 'llama3', 'factor': 8, 'low_freq_factor': 4, 'high_freq_factor': 4} | rope_scaling.high_freq_factor is 4.0; a number above low_freq_factor, 4.0",
        "Qwen2-0.5B | rope_scaling | {'type': 'mrope', 'mrope_section': [8, 12]} | type is mrope; built",
        "Qwen2-0.5B | rope_parameters | {'full_attention': {'rope_type': 'default'}} | rope_parameters differs between layer types",
        "Llama-2-7b | rope_scaling | 'linear' | rope_scaling is \"linear\"",
        "Llama-2-7b | rope_scaling | ['linear', 2] | rope_scaling is [\"linear\",2]",
        "Llama-2-7b | rope_parameters | 7 | rope_parameters is 7",
        "Llama-2-7b | rope_theta | -1 | rope_theta is -1",
        "Llama-2-7b | rope_theta | 0 | rope_theta is 0",
        "Llama-2-7b | rope_theta | 'many' | rope_theta is \"many\"",
        "Llama-2-7b | partial_rotary_factor | 0.5 | partial_rotary_factor is 0.5; only 1 is built",
        "Llama-2-7b | rope_parameters | {'partial_rotary_factor': 0.25} | factor is 0.25; only 1",
        "Llama-2-7b | hidden_act | 'quick_gelu' | hidden_act is quick_gelu; built are gelu",
        "Llama-2-7b | hidden_act | 7 | hidden_act is 7; built are gelu",
        "Llama-2-7b | quantization_config | {'bits': 4} | quantization_config is set",
        "gpt2 | quantization_config | {'bits': 4} | quantization_config is set",
        "Llama-2-7b | num_key_value_heads | 5 | num_attention_heads 32 is no multiple of",
        "Mistral-7B-v0.1 | num_attention_heads | 24 | hidden_size 4096 is no multiple of",
        "Llama-2-7b | head_dim | 7 | a head has 7 values; rotary positions need an even number",
        "Llama-2-7b | hidden_size | 'many' | hidden_size is \"many\"; a whole number above 0",
        "Llama-2-7b | hidden_size | -1 | hidden_size is -1; a whole number above 0 is needed",
        "Llama-2-7b | hidden_size | 0 | hidden_size is 0; a whole number above 0 is needed",
        "Llama-2-7b | hidden_size | 1e99 | hidden_size is 1.0E99; a whole number above 0 is needed",
        "Llama-2-7b | num_hidden_layers | 2000000 | num_hidden_layers is 2000000; at most 10000",
        "Qwen2-0.5B | num_hidden_layers | 2000000 | num_hidden_layers is 2000000; at most 10000",
        "Llama-2-7b | num_hidden_layers | 2.5 | num_hidden_layers is 2.5; a whole number",
        "Llama-2-7b | vocab_size | 99999999999 | vocab_size is 99999999999; a whole number above 0",
        "Llama-2-7b | rms_norm_eps | 'many' | rms_norm_eps is \"many\"; a number is needed",
        "Llama-2-7b | rms_norm_eps | -1 | rms_norm_eps is -1; a number above 0 is needed",
        "Llama-2-7b | rms_norm_eps | 1e999 | rms_norm_eps is ",
        "Llama-2-7b | attention_dropout | 1 | attention_dropout is 1; a number from 0 to below 1",
        "Llama-2-7b | attention_dropout | -0.1 | attention_dropout is -0.1; a number from 0",
        "Llama-2-7b | attention_bias | 'yes' | attention_bias is \"yes\"; true or false is needed",
        "Llama-2-7b | tie_word_embeddings | 1 | tie_word_embeddings is 1; true or false is needed",
        "Mistral-7B-v0.1 | sliding_window | -1 | sliding_window is -1; a whole number above 0",
        "Qwen2-0.5B | use_sliding_window | 'yes' | use_sliding_window is \"yes\"; true or false",
        "gpt2 | activation_function | 'gelu_fast' | activation_function is gelu_fast; built are gelu",
        "gpt2 | activation_function | 'tanh' | activation_function is tanh; built are gelu",
        "gpt2 | n_head | 7 | n_embd 768 is no multiple of n_head 7",
        "gpt2 | n_layer | 'many' | n_layer is \"many\"; a whole number above 0 is needed",
        "gpt2 | n_inner | -1 | n_inner is -1; a whole number above 0 is needed",
        "gpt2 | n_embd | 1e99 | n_embd is 1.0E99; a whole number above 0 is needed",
        "gpt2 | resid_pdrop | 1.5 | resid_pdrop is 1.5; a number from 0 to below 1 is needed",
        "gpt2 | scale_attn_weights | false | scale_attn_weights is false, which is not built",
        "gpt2 | scale_attn_by_inverse_layer_idx | true | layer_idx is true, which is not built",
        "gpt2 | reorder_and_upcast_attn | true | reorder_and_upcast_attn is true",
        "gpt2 | add_cross_attention | true | add_cross_attention is true, which is not built"
      })
  void whatIsNotBuiltOrNoSuchNumberIsRefusedByName(
      String model, String key, String value, String expected) throws IOException {
    ObjectNode text = text(model);
    text.set(key, JSON.readTree(value.replace('\'', '"')));
    ModelException refused =
        assertThrows(
            ModelException.class,
            () -> {
              if (model.equals("gpt2")) {
                Gpt2Config.read(text);
              } else {
                LlamaConfig.read(text);
              }
            });
    assertTrue(
        refused.getMessage().contains(expected.replace('\'', '"')),
        () -> refused.getMessage() + "\n should contain: " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "max_window_layers | 'many' | max_window_layers is \"many\"; a whole number, 0 or more",
        "max_window_layers | -1 | max_window_layers is -1; a whole number, 0 or more, is needed",
        "sliding_window | 0 | sliding_window is 0; a whole number above 0 is needed",
        "layer_types | ['sliding_attention'] | layer_types names 1 layers, num_hidden_layers 24",
        "layer_types | 7 | layer_types is 7; a list with a word for each layer is needed"
      })
  void windowsThatAreNoneAreRefusedByName(String key, String value, String expected)
      throws IOException {
    ObjectNode text = text("Qwen2-0.5B");
    text.put("use_sliding_window", true);
    text.set(key, JSON.readTree(value.replace('\'', '"')));
    ModelException refused = assertThrows(ModelException.class, () -> LlamaConfig.read(text));
    assertTrue(refused.getMessage().contains(expected), refused::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "Qwen2-0.5B, chunked_attention, full_attention and sliding_attention",
    "Mistral-7B-v0.1, full_attention, sliding_attention",
    "Mistral-7B-v0.3, sliding_attention, full_attention"
  })
  void anotherKindOfLayerIsRefusedByName(String model, String kind, String built)
      throws IOException {
    ObjectNode text = text(model);
    int layers = text.get("num_hidden_layers").asInt();
    ArrayNode types = text.putArray("layer_types");
    for (int i = 0; i < layers; i++) {
      types.add(kind);
    }
    ModelException refused = assertThrows(ModelException.class, () -> LlamaConfig.read(text));
    assertTrue(refused.getMessage().contains("layer_types has \"" + kind), refused::getMessage);
    assertTrue(refused.getMessage().contains("only " + built + " is built"), refused::getMessage);
  }

  @ParameterizedTest
  @CsvSource({"false, 4096", "true, "})
  void aLayerWithAWindowNeedsItsSize(boolean used, Integer window) throws IOException {
    ObjectNode text = text("Qwen2-0.5B");
    text.put("num_hidden_layers", 2).put("use_sliding_window", used).put("sliding_window", window);
    text.putArray("layer_types").add("full_attention").add("sliding_attention");
    ModelException refused = assertThrows(ModelException.class, () -> LlamaConfig.read(text));
    assertTrue(
        refused.getMessage().contains("use_sliding_window is false or sliding_window null"),
        refused::getMessage);
  }

  private static ObjectNode text(String model) throws IOException {
    return StreamSupport.stream(cases().spliterator(), false)
        .filter(given -> given.get("name").asText().equals(model + ", transformers 4"))
        .map(given -> ((ObjectNode) given.get("config")).deepCopy())
        .findFirst()
        .orElseThrow();
  }
}
