package io.github.cola4j.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.fuzz.Bench;
import io.github.cola4j.fuzz.ByteEdits;
import io.github.cola4j.fuzz.Edit;
import io.github.cola4j.fuzz.FuzzRun;
import io.github.cola4j.fuzz.JsonEdits;
import io.github.cola4j.golden.Golden;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever stands in a config.json, either it is refused, by the name of the key or as no JSON, or
 * it gives a configuration of usable numbers.
 */
@AddLifecycleHook(FuzzRun.class)
class ConfigFuzzTest {
  private static final JsonMapper JSON = new JsonMapper();

  /** What reads the config.json of an architecture, and the golden folder that has a sound one. */
  private record Reader(String golden, Function<JsonNode, Record> read) {}

  private static final List<Reader> READERS =
      List.of(
          new Reader("bert", EncoderConfig::read),
          new Reader("roberta", EncoderConfig::read),
          new Reader("gpt2", Gpt2Config::read),
          new Reader("llama", LlamaConfig::read),
          new Reader("llama3", LlamaConfig::read),
          new Reader("mistral", LlamaConfig::read),
          new Reader("qwen2", LlamaConfig::read),
          new Reader("bart", BartConfig::read));

  private static final JsonEdits EDITS =
      new JsonEdits(
          List.of(
              "\"gelu\"",
              "\"gelu_new\"",
              "\"relu\"",
              "\"silu\"",
              "\"bert\"",
              "\"roberta\"",
              "\"gpt2\"",
              "\"llama\"",
              "\"mistral\"",
              "\"qwen2\"",
              "\"bart\"",
              "\"absolute\"",
              "\"relative_key\"",
              "\"bfloat16\"",
              "\"default\"",
              "\"linear\"",
              "\"dynamic\"",
              "\"llama3\"",
              "\"yarn\"",
              "{\"rope_type\":\"default\",\"rope_theta\":10000.0}",
              "{\"rope_type\":\"linear\",\"factor\":2.0}",
              "{\"type\":\"linear\",\"factor\":0}",
              "{\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":4.0,"
                  + "\"high_freq_factor\":1.0,\"original_max_position_embeddings\":0}",
              "{\"quant_method\":\"gptq\"}",
              "1e-12",
              "10000.0",
              "1e-45",
              "0.1",
              "1.5",
              "3",
              "16",
              "131072"));

  private static Bench bench;

  @BeforeContainer
  static void open() {
    bench = new Bench("config");
  }

  @AfterContainer
  static void close() {
    bench.close();
  }

  @Provide
  Arbitrary<Reader> readers() {
    return Arbitraries.of(READERS);
  }

  @Provide
  Arbitrary<List<Edit>> some() {
    return Edit.upTo(4);
  }

  @Provide
  Arbitrary<List<Edit>> seldom() {
    return Edit.seldom(3);
  }

  @Property
  void aDamagedConfigIsReadOrRefused(
      @ForAll("readers") Reader reader,
      @ForAll("some") List<Edit> edits,
      @ForAll("seldom") List<Edit> bytes)
      throws Exception {
    String text = EDITS.apply(sound(reader.golden()), edits);
    bench.write("config.json", ByteEdits.apply(text.getBytes(StandardCharsets.UTF_8), bytes));
    bench.attempt(() -> isReadable(reader));
  }

  private static boolean isReadable(Reader reader) throws Exception {
    try {
      JsonNode config = BaseFolder.open(bench.folder()).config();
      usable(reader.read().apply(config));
      return true;
    } catch (CheckpointException e) {
      assertTrue(e.file().startsWith(bench.folder()), e.getMessage());
    } catch (ModelException e) {
      assertTrue(e.getMessage().startsWith("config.json: "), e.getMessage());
    }
    return false;
  }

  /** No number of a configuration is negative, not a number, or infinite. */
  private static void usable(Record config) throws Exception {
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      Object value = component.getAccessor().invoke(config);
      if (value instanceof Rotary rotary) {
        for (float frequency : rotary.frequencies(64)) {
          assertTrue(Float.isFinite(frequency), "a frequency is " + frequency);
        }
      } else if (value instanceof Record inner) {
        usable(inner);
      } else if (value instanceof Number number) {
        double is = number.doubleValue();
        assertTrue(Double.isFinite(is) && is >= 0, component.getName() + " is " + value);
      }
    }
    if (config instanceof EncoderConfig encoder) {
      assertTrue(encoder.maxTokens() > 0, "no room for tokens");
    }
  }

  private static JsonNode sound(String golden) {
    try {
      return JSON.readTree(Golden.file(golden, "checkpoint", "config.json").toFile());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
