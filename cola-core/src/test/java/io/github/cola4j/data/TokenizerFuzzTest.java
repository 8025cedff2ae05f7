package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever stands in a tokenizer.json, either it is refused, or texts are encoded with it, or it is
 * refused with the first text that it cannot encode.
 */
@AddLifecycleHook(FuzzRun.class)
class TokenizerFuzzTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_LENGTH = 24;

  /** Texts that every part of a tokenizer has something to do with. */
  private static final List<String> TEXTS =
      List.of(
          "",
          "the cat sat on the mat.",
          "Ünïcode \u4f60\u597d 😀 \u0000 \u200b [MASK] <s> 1234567890",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!");

  private static final JsonEdits EDITS = new JsonEdits(TokenizerParts.ALL);

  private static List<JsonNode> sound;
  private static Bench bench;

  @BeforeContainer
  static void open() throws IOException {
    bench = new Bench("tokenizer");
    sound = new ArrayList<>();
    try (Stream<Path> bases = Files.list(Golden.folder())) {
      for (Path base : bases.sorted().toList()) {
        Path file = base.resolve("checkpoint").resolve("tokenizer.json");
        if (Files.exists(file)) {
          sound.add(JSON.readTree(file.toFile()));
        }
      }
    }
    for (String small : TokenizerParts.SMALL) {
      sound.add(JSON.readTree(small));
    }
  }

  @AfterContainer
  static void close() {
    bench.close();
  }

  @Provide
  Arbitrary<Integer> tokenizers() {
    return Arbitraries.integers().between(0, sound.size() - 1);
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
  void aDamagedTokenizerEncodesOrIsRefused(
      @ForAll("tokenizers") int which,
      @ForAll("some") List<Edit> edits,
      @ForAll("seldom") List<Edit> bytes)
      throws Exception {
    byte[] text = EDITS.apply(sound.get(which), edits).getBytes(StandardCharsets.UTF_8);
    Path file = bench.write("tokenizer.json", ByteEdits.apply(text, bytes));
    bench.attempt(() -> encodes(file) & encodesAtOnce(file) & isThereAndBack(file));
  }

  private static boolean encodes(Path file) {
    try (TextEncoder encoder = TextEncoder.open(file, MAX_LENGTH)) {
      for (String text : TEXTS) {
        sane(encoder.encode(text, null));
        sane(encoder.encode(text, "another text"));
      }
      return true;
    } catch (DataException e) {
      assertEquals(file, e.file());
      return false;
    }
  }

  /** Before any of the texts has been tried alone. */
  private static boolean encodesAtOnce(Path file) {
    try (TextEncoder encoder = TextEncoder.open(file, MAX_LENGTH)) {
      List<Encoded> singles = encoder.encode(TEXTS, null);
      List<Encoded> pairs = encoder.encode(TEXTS, TEXTS);
      assertEquals(TEXTS.size(), singles.size());
      assertEquals(TEXTS.size(), pairs.size());
      singles.forEach(TokenizerFuzzTest::sane);
      pairs.forEach(TokenizerFuzzTest::sane);
      return true;
    } catch (DataException e) {
      assertEquals(file, e.file());
      return false;
    }
  }

  /** What is decoded is another question: a damaged decoder may decode anything. */
  private static boolean isThereAndBack(Path file) {
    try (TextCodec codec = TextCodec.open(file)) {
      for (String text : TEXTS) {
        assertNotNull(codec.decode(codec.encode(text)));
      }
      assertEquals(TEXTS.size(), codec.encode(TEXTS).size());
      assertNotNull(codec.decode(codec.prefix()) + codec.decode(0, 1, Integer.MAX_VALUE));
      codec.id("<unk>");
      return true;
    } catch (DataException e) {
      assertEquals(file, e.file());
      return false;
    }
  }

  private static void sane(Encoded encoded) {
    assertEquals(encoded.ids().length, encoded.types().length);
    assertTrue(encoded.length() <= MAX_LENGTH, encoded.length() + " tokens");
    for (int id : encoded.ids()) {
      assertTrue(id >= 0, "id " + id);
    }
  }
}
