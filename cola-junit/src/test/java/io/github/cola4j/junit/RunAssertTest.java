package io.github.cola4j.junit;

import static io.github.cola4j.junit.ColaAssertions.assertThatRun;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/** Runs held against gates, each kept and missed. */
class RunAssertTest {
  private static final Path REVIEWS = TinyProject.REVIEWS.trained();
  private static final Path OWNERS = TinyProject.OWNERS.trained();
  private static final Path GATES = TinyProject.REVIEWS.yaml();

  @Test
  void gatesAreKept() {
    assertThatRun(REVIEWS)
        .keeps("accuracy", ">= 0.9")
        .keeps("adapter_size", "<= 1 MB")
        .keeps("trainable_parameters", "> 100");
  }

  @Test
  void aMissedGateTellsWhatWasWantedAndFound() {
    AssertionFailedError missed =
        assertThrows(
            AssertionFailedError.class, () -> assertThatRun(REVIEWS).keeps("accuracy", "> 1"));
    assertEquals(
        REVIEWS
            + " is not good enough: 1 of 1 gate missed:\n"
            + "  MISSED  accuracy  wanted > 1  found 1",
        missed.getMessage());
    assertEquals("accuracy > 1", missed.getExpected().getValue());
    assertEquals("accuracy found 1", missed.getActual().getValue());
  }

  @Test
  void whatWasNotMeasuredIsAMiss() {
    assertTells(
        AssertionFailedError.class,
        () -> assertThatRun(REVIEWS).keeps("latency_p95", "<= 50 ms"),
        "not measured: no evaluation of this adapter timed predictions");
  }

  @Test
  void namesAndConditionsAreThoseOfTheSpec() {
    assertTells(
        IllegalArgumentException.class,
        () -> assertThatRun(REVIEWS).keeps("acuracy", ">= 0.8"),
        "gates.acuracy: nothing that sequence-classification measures; did you mean \"accuracy\"?");
    assertTells(
        IllegalArgumentException.class,
        () -> assertThatRun(REVIEWS).keeps("accuracy", "at least 0.8"),
        "gates.accuracy: found \"at least 0.8\"; write a condition in quotes");
    assertTells(
        IllegalArgumentException.class,
        () -> assertThatRun(REVIEWS).keeps("adapter_size", "<= 2"),
        "and its unit (B, kB, MB");
  }

  @Test
  void usersHaveGatesOfTheirOwn() {
    assertThatRun(OWNERS).keepsForUser("ann", "accuracy", ">= 0.9");
    assertThatRun(OWNERS).keepsForEachUser("accuracy", ">= 0.5");
    assertTells(
        AssertionFailedError.class,
        () -> assertThatRun(OWNERS).keepsForEachUser("accuracy", ">= 0.9"),
        "users.accuracy (bob)  wanted >= 0.9  found 0.5");
    assertTells(
        AssertionFailedError.class,
        () -> assertThatRun(OWNERS).keepsForUser("bob", "accuracy", ">= 0.9"),
        OWNERS + " as bob is not good enough");
    assertTells(
        IllegalArgumentException.class,
        () -> assertThatRun(OWNERS).keepsForUser("eve", "accuracy", ">= 0.9"),
        "has no user \"eve\"; it knows ann, bob");
  }

  @Test
  void anEarlierRunIsABaseline(@TempDir Path folder) throws IOException {
    Path earlier = folder.resolve("summary.json");
    Files.writeString(
        earlier,
        Files.readString(REVIEWS.resolve("summary.json"))
            .replaceFirst("\"accuracy\" : [\\d.]+", "\"accuracy\" : 0.95"));
    assertThatRun(REVIEWS).keepsAgainst(earlier, "accuracy", ">= -0.01");
    assertTells(
        AssertionFailedError.class,
        () -> assertThatRun(REVIEWS).keepsAgainst(earlier, "accuracy", "> 0.1"),
        "found 0.05 (from 0.95 to 1)");
  }

  @Test
  void gatesOfASpec() {
    assertThatRun(REVIEWS).keepsGatesOf(GATES);
    AssertionFailedError missed =
        assertThrows(
            AssertionFailedError.class,
            () ->
                assertThatRun(REVIEWS)
                    .keepsGatesOf(
                        GATES, Map.of("gates.accuracy", "> 1", "gates.adapter_size", "<= 1 kB")));
    assertTrue(
        missed.getMessage().contains("2 of 3 gates missed"), missed::getMessage); // all are told
  }

  @Test
  void aRunOfAnotherSpecIsNoAnswer() {
    assertTells(
        AssertionFailedError.class,
        () -> assertThatRun(REVIEWS).keepsGatesOf(GATES, Map.of("training.epochs", "3")),
        "is not what " + GATES + " asks for now (training.epochs: was 20, is 3); train it first");
    assertTells(
        IllegalArgumentException.class,
        () -> assertThatRun(OWNERS).keepsGatesOf(GATES),
        "is another than that of " + GATES + ", which is at run");
    assertTells(
        IllegalArgumentException.class,
        () -> assertThatRun(OWNERS).keepsGatesOf(TinyProject.OWNERS.yaml()),
        "has no gates");
    assertTells(
        IllegalArgumentException.class,
        () -> assertThatRun(OWNERS).keepsGatesOf(Path.of("cola.yml")),
        "cola.yml: does not exist");
  }

  @Test
  void aMissingRunFailsAndTellsWhatToDo() {
    assertTells(
        AssertionError.class,
        () -> assertThatRun("target/tiny/nothing"),
        "There is no finished run at target/tiny/nothing; train it first: \"mvn package\"");
  }

  private static void assertTells(
      Class<? extends Throwable> type, Executable assertion, String part) {
    String message = assertThrows(type, assertion).getMessage();
    assertTrue(message.contains(part), message);
  }
}
