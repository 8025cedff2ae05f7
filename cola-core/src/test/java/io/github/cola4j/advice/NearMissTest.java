package io.github.cola4j.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearMissTest {
  private static final List<String> MODULES =
      List.of("query", "key", "value", "dense", "LayerNorm");

  @Test
  void typingErrorsAreNear() {
    assertEquals(List.of("query"), NearMiss.of("querry", MODULES));
    assertEquals(List.of("query"), NearMiss.of("qeury", MODULES));
    assertEquals(List.of("value"), NearMiss.of("valu", MODULES));
    assertEquals(List.of("LayerNorm"), NearMiss.of("layer_norm", MODULES));
    assertEquals(List.of("key"), NearMiss.of("kay", MODULES));
  }

  @Test
  void theNearestComesFirst() {
    assertEquals(
        List.of("train.tsv", "train2.tsv", "trains.csv"),
        NearMiss.of("train.tsv_", List.of("trains.csv", "train2.tsv", "train.tsv", "test.csv")));
  }

  @Test
  void aNameThatIsPartOfAnotherIsNear() {
    assertEquals(List.of("q_proj"), NearMiss.of("self_attn.q_proj", List.of("q_proj", "up_proj")));
  }

  @Test
  void otherNamesAreNot() {
    assertEquals(List.of(), NearMiss.of("rank", List.of("r", "kind", "lora_alpha")));
    assertEquals(List.of(), NearMiss.of("", MODULES));
    assertEquals(List.of(), NearMiss.of("query", List.of()));
  }

  @Test
  void adviceNamesWhatThereIs() {
    assertEquals("did you mean \"query\"?", NearMiss.advice("querry", MODULES));
    assertEquals("one of: a, b", NearMiss.advice("zzzz", List.of("a", "b")));
    assertEquals("", NearMiss.advice("zzzz", List.of()));
  }
}
