package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cola4j.fuzz.Bench;
import io.github.cola4j.fuzz.ByteEdits;
import io.github.cola4j.fuzz.Edit;
import io.github.cola4j.fuzz.FuzzRun;
import io.github.cola4j.fuzz.JsonEdits;
import io.github.cola4j.golden.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever stands in a PEFT folder, either it is refused as damaged or unsupported, or it is an
 * adapter that answers all that one can be asked, and can be written and read again.
 */
@AddLifecycleHook(FuzzRun.class)
class PeftFolderFuzzTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static final JsonEdits CONFIGS =
      new JsonEdits(
          List.of(
              "\"LORA\"",
              "\"COLA\"",
              "\"IA3\"",
              "\"mlp\"",
              "\"linear\"",
              "\"none\"",
              "\"all\"",
              "\"lora_only\"",
              "\"gaussian\"",
              "\"pissa\"",
              "\"all-linear\"",
              "\".*\\\\.(query|value)\"",
              "\"(?<\"",
              "\"(((((((((a+)+)+)+)+)+)+)+)+)+$\"",
              "[\"query\",\"value\"]",
              "[\"classifier\"]",
              "[\"\"]",
              "[\"classifier\",null]",
              "{\"query\":2}",
              "{\"query\":3}",
              "{\"query\":2.5}",
              "{\"query\":-1}",
              "{\"(?<\":2}",
              "{\"(\":2}",
              "{\"a{1000000}\":2}",
              "{\"x){0}|(.*\":7}",
              "{\"(a|b|.)*z\":2}",
              "{\"([a-z0-9_]+\\\\.?)+!\":2}",
              "{\"((.*)*)*!\":3}",
              "{\"" + "(".repeat(5000) + ")".repeat(5000) + "\":2}"));

  private static final JsonEdits HEADERS =
      new JsonEdits(
          List.of(
              "\"F32\"",
              "\"BF16\"",
              "\"I64\"",
              "\"F8_E4M3\"",
              "[0]",
              "[2,8]",
              "[0,0]",
              "[1,9223372036854775807]"));

  /** A sound folder's two files. */
  private record Sound(JsonNode config, JsonNode header, byte[] data) {
    static Sound in(Path folder) {
      try {
        byte[] file = Files.readAllBytes(folder.resolve(PeftFolder.TENSORS));
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return new Sound(
            JSON.readTree(folder.resolve(PeftConfigFile.NAME).toFile()),
            JSON.readTree(file, 8, length),
            Arrays.copyOfRange(file, 8 + length, file.length));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static List<Sound> sound;
  private static Bench bench;
  private static Bench written;

  @BeforeContainer
  static void open() {
    bench = new Bench("peft");
    Map<String, HostTensor> cola = new TreeMap<>();
    cola.put(PeftAdapter.colaKey("layer.0.query", "W"), HostTensor.floats(new float[6], 2, 3));
    cola.put(PeftAdapter.savedKey("classifier", "bias"), HostTensor.floats(new float[2], 2));
    Path folder = bench.folder().resolve("cola");
    PeftFolder.write(
        folder,
        new PeftAdapter(
            PeftConfig.cola(
                "linear",
                Map.of(),
                "bert",
                "SEQ_CLS",
                1,
                new TargetModules.Names(List.of("query")),
                List.of("classifier")),
            cola));
    sound = List.of(Sound.in(Golden.file("bert", "peft")), Sound.in(folder));
    bench = new Bench("peft");
    written = new Bench("peft-written");
  }

  @AfterContainer
  static void close() {
    bench.close();
  }

  @Provide
  Arbitrary<Integer> folders() {
    return Arbitraries.integers().between(0, sound.size() - 1);
  }

  @Provide
  Arbitrary<List<Edit>> some() {
    return Edit.upTo(3);
  }

  @Provide
  Arbitrary<List<Edit>> seldom() {
    return Edit.seldom(2);
  }

  @Property
  void aDamagedFolderIsReadOrRefused(
      @ForAll("folders") int which,
      @ForAll("some") List<Edit> config,
      @ForAll("seldom") List<Edit> configBytes,
      @ForAll("seldom") List<Edit> header,
      @ForAll("seldom") List<Edit> tensorBytes)
      throws Exception {
    Sound begin = sound.get(which);
    bench.write(
        PeftConfigFile.NAME,
        ByteEdits.apply(utf8(CONFIGS.apply(begin.config(), config)), configBytes));
    byte[] tensors =
        SafetensorsFiles.bytes(utf8(HEADERS.apply(begin.header(), header)), begin.data());
    bench.write(PeftFolder.TENSORS, ByteEdits.apply(tensors, tensorBytes));
    bench.attempt(PeftFolderFuzzTest::isReadable);
  }

  private static boolean isReadable() {
    PeftAdapter adapter;
    try {
      adapter = PeftFolder.read(bench.folder());
    } catch (CheckpointException e) {
      assertTrue(e.file().startsWith(bench.folder()), e.getMessage());
      return false;
    }
    for (String path : adapter.paths()) {
      assertTrue(Double.isFinite(adapter.config().scaling(path)), path);
      if (adapter.config().peftType() == PeftConfig.PeftType.LORA) {
        assertEquals(adapter.config().rank(path), adapter.loraA(path).shape().get(0));
        assertEquals(adapter.config().rank(path), adapter.loraB(path).shape().get(1));
      } else {
        assertTrue(!adapter.cola(path).isEmpty());
      }
    }
    adapter.saved().keySet().forEach(key -> assertTrue(!key.isEmpty()));
    Path again = written.write(PeftConfigFile.NAME, utf8(PeftConfigFile.text(adapter.config())));
    assertEquals(adapter.config(), PeftConfigFile.read(again).config());
    return true;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
