package io.github.cola4j.junit;

import static io.github.cola4j.junit.ColaAssertions.assertThatModel;
import static io.github.cola4j.junit.ColaAssertions.assertThatRun;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Test classes whose parameters are of runs, as users write them. */
class ColaRunTest {
  private static final List<TrainedModel> SEEN = new ArrayList<>();

  @BeforeAll
  static void train() {
    TinyProject.REVIEWS.trained();
    TinyProject.OWNERS.trained();
  }

  @ColaRun("target/tiny/reviews/run")
  static class OfTheClass {
    @Test
    void result(RunResult run) {
      assertThatRun(run).keeps("accuracy", ">= 0.9");
      assertTrue(run.metrics().containsKey("f1"));
    }

    @Test
    void model(TrainedModel model) {
      SEEN.add(model);
      assertThatModel(model).classifies("rocks left").as("bad");
    }

    @Nested
    class Within {
      @Test
      void model(TrainedModel model) {
        SEEN.add(model);
        assertThatModel(model).classifies("charming and clear").as("good");
      }
    }
  }

  @Test
  void aModelIsLoadedOncePerClassAndClosed() {
    SEEN.clear();
    assertEquals(3, run(OfTheClass.class).succeeded().count());
    assertEquals(2, SEEN.size());
    assertSame(SEEN.get(0), SEEN.get(1));
    String closed =
        assertThrows(IllegalStateException.class, () -> SEEN.get(0).classify("rocks left"))
            .getMessage();
    assertTrue(closed.contains("closed"), closed);
  }

  static class OfParameters {
    @Test
    void both(
        @ColaRun("target/tiny/reviews/run") RunResult reviews,
        @ColaRun(value = "target/tiny/owners/run", user = "ann") TrainedModel ann) {
      assertThatRun(reviews).keeps("accuracy", ">= 0.9");
      assertEquals("ann", ann.run().user().orElseThrow());
    }
  }

  @Test
  void aParameterNamesItsOwnRun() {
    assertEquals(1, run(OfParameters.class).succeeded().count());
  }

  @ColaRun("target/tiny/nothing")
  static class OfNothing {
    @Test
    void result(RunResult run) {}

    @Test
    void model(TrainedModel model) {}
  }

  @Test
  void withoutARunTestsFailAndAreNotSkipped() {
    Events events = run(OfNothing.class);
    assertEquals(2, events.failed().count());
    failures(events)
        .forEach(
            message ->
                assertTrue(
                    message.contains("There is no finished run at target/tiny/nothing; train it"),
                    message));
  }

  static class OfAnotherType {
    @Test
    void text(@ColaRun("target/tiny/reviews/run") String run) {}
  }

  @Test
  void otherTypesAreRefusedByName() {
    assertEquals(
        List.of("@ColaRun is for parameters of type RunResult or TrainedModel, not String"),
        failures(run(OfAnotherType.class)));
  }

  private static Events run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .execute()
        .testEvents();
  }

  private static List<String> failures(Events events) {
    return events.failed().stream()
        .map(
            event ->
                event
                    .getRequiredPayload(TestExecutionResult.class)
                    .getThrowable()
                    .orElseThrow()
                    .getMessage())
        .toList();
  }
}
