package io.github.cola4j.junit;

import static io.github.cola4j.junit.ColaAssertions.assertThatModel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.AssertionFailedError;

/** What models make of texts and pictures, as wanted and not. */
class ModelAssertTest {
  @Test
  void classesOfTexts() {
    try (TrainedModel reviews = TrainedModel.open(TinyProject.REVIEWS.trained())) {
      assertThatModel(reviews)
          .classifies("charming and clear")
          .as("good", "> 0.5")
          .classifies("rocks left")
          .as("bad");
      AssertionFailedError differs =
          assertThrows(
              AssertionFailedError.class,
              () -> assertThatModel(reviews).classifies("rocks left").as("good"));
      assertTrue(
          differs
              .getMessage()
              .matches(
                  "target.tiny.reviews.run, asked about \"rocks left\":\n"
                      + "  wanted good\n  found  bad \\d\\.\\d{4}, good \\d\\.\\d{4}"),
          differs::getMessage);
      assertTells(
          AssertionFailedError.class,
          () -> assertThatModel(reviews).classifies("rocks left").as("bad", "> 1"),
          "wanted bad > 1");
      assertTells(
          IllegalArgumentException.class,
          () -> assertThatModel(reviews).classifies("rocks left").as("godo"),
          "no class \"godo\"; did you mean \"good\"?");
      assertTells(
          AssertionError.class,
          () -> assertThatModel(reviews).classifies(Path.of("picture.png")),
          "the run learned texts; give a text");
      assertTells(
          AssertionError.class,
          () -> assertThatModel(reviews).classifies("one", "two", "three"),
          "give one text, or both texts of a pair");
    }
  }

  @Test
  void scoresOfPairs() {
    try (TrainedModel stars = TrainedModel.open(TinyProject.STARS.trained())) {
      assertThatModel(stars)
          .scores("charming", "clear")
          .keeping("> 3")
          .scores("rocks", "left")
          .keeping("< 3");
      assertTells(
          AssertionFailedError.class,
          () -> assertThatModel(stars).scores("charming", "clear").keeping("< 3"),
          "asked about \"charming | clear\":\n  wanted < 3\n  found  ");
      assertTells(
          IllegalArgumentException.class,
          () -> assertThatModel(stars).scores("charming", "clear").keeping("3"),
          "write a condition");
    }
  }

  @Test
  void writtenTexts() {
    try (TrainedModel facts = TrainedModel.open(TinyProject.FACTS.trained())) {
      assertThatModel(facts)
          .writes("name[Blue]")
          .as("A coffee shop.")
          .writes("area[city]")
          .containing("centre");
      assertTells(
          AssertionFailedError.class,
          () -> assertThatModel(facts).writes("name[Blue]").containing("pub"),
          "wanted … pub …\n  found  ");
      assertTells(
          AssertionFailedError.class,
          () -> assertThatModel(facts).writes("name[Blue]").as("A pub."),
          "wanted A pub.\n  found  ");
    }
  }

  @Test
  void classesOfPictures() {
    Path pictures = TinyProject.PICTURES.trained().resolveSibling("pictures");
    try (TrainedModel model = TrainedModel.open(TinyProject.PICTURES.output())) {
      assertThatModel(model)
          .classifies(pictures.resolve("dark/1.png"))
          .as("dark")
          .classifies(pictures.resolve("light/2.png"))
          .as("light");
      assertTells(
          AssertionError.class,
          () -> assertThatModel(model).classifies("a text"),
          "the run learned images; give a path of an image");
    }
  }

  @Test
  void aUsersOwnAdapter() {
    Path owners = TinyProject.OWNERS.trained();
    try (TrainedModel ann = TrainedModel.open(owners, "ann")) {
      assertEquals("ann", ann.run().user().orElseThrow());
      assertThatModel(ann).classifies("rocks left").as("bad");
    }
    assertTells(
        AssertionError.class, () -> TrainedModel.open(owners, "eve"), "name one of ann, bob");
    assertTells(AssertionError.class, () -> TrainedModel.open(owners), "name the user");
  }

  private static void assertTells(
      Class<? extends Throwable> type, Executable assertion, String part) {
    String message = assertThrows(type, assertion).getMessage();
    assertTrue(message.contains(part), message);
  }
}
