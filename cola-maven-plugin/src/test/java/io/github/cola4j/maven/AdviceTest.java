package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.WorkerOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;

class AdviceTest {
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  @Test
  void aFinishedJobIsNoFailure() {
    assertDoesNotThrow(() -> check(new WorkerOutcome.Finished(NOTHING)));
  }

  @Test
  void whatTheUserCanPutRightIsAFailureOfTheBuild() {
    Failure failure = Failure.user("train.tsv:12: 1 column, but 2 are needed", "add the label");
    assertEquals(
        "Fine-tuning failed: train.tsv:12: 1 column, but 2 are needed\n  add the label",
        userMessage(new WorkerOutcome.Failed(failure)));
  }

  @Test
  void whereAnotherGoalIsMeantItIsNamed() {
    Failure failure = Failure.user("the run writes no text", "ask for predictions");
    assertEquals(
        "Fine-tuning failed: the run writes no text\n  perhaps you should run cola:predict",
        userMessage(new WorkerOutcome.Failed(failure)));
  }

  @Test
  void exhaustedMemoryNamesTheParameter() {
    Failure failure = Failure.of(new OutOfMemoryError("Java heap space"));
    assertEquals(
        """
        Fine-tuning failed: the worker's JVM is out of memory: Java heap space
          give the worker a larger heap with -Xmx, say -Xmx1g, in its JVM arguments
          its JVM was java with -Xmx8m; cola.jvm and cola.argLine change that""",
        userMessage(new WorkerOutcome.Failed(failure)));
  }

  @Test
  void theTimeLimitNamesTheParameter() {
    assertEquals(
        """
        Fine-tuning was stopped at its time limit of 1h30m; raise the limit, or start it again to \
        continue from its last checkpoint
          the limit is -Dcola.timeout=…, in minutes; 0 is none""",
        userMessage(new WorkerOutcome.TimedOut(Duration.ofMinutes(90), true)));
  }

  @Test
  void aDefectAsksForAReport() {
    String message =
        otherMessage(new WorkerOutcome.Failed(Failure.internal(new IllegalStateException("odd"))));
    assertEquals(
        List.of(
            "Fine-tuning failed: java.lang.IllegalStateException: odd",
            "  this is a defect of ColA, not of your data; please report it with the stack trace"
                + " that mvn -X shows"),
        message.lines().filter(line -> !line.startsWith("  at ")).toList());
  }

  @Test
  void aCrashTellsWhatTheProcessLeft() {
    WorkerOutcome crash =
        new WorkerOutcome.Crashed(
            134, "was aborted by its native library", "report it", List.of("oh"), Optional.empty());
    assertEquals(
        """
        Fine-tuning failed: the worker process was aborted by its native library (exit code 134)
          report it
          the last it printed:
            oh
          its JVM was java with -Xmx8m; cola.jvm and cola.argLine change that""",
        otherMessage(crash));
  }

  @Test
  void aStoppedRunFailsTheBuildToo() {
    assertEquals(
        "Fine-tuning was stopped (interrupted)",
        otherMessage(new WorkerOutcome.Stopped("interrupted", true, NOTHING)));
  }

  private static void check(WorkerOutcome outcome)
      throws MojoFailureException, MojoExecutionException {
    Advice.check(outcome, "Fine-tuning", "java with -Xmx8m");
  }

  private static String userMessage(WorkerOutcome outcome) {
    return assertThrows(MojoFailureException.class, () -> check(outcome)).getMessage();
  }

  private static String otherMessage(WorkerOutcome outcome) {
    return assertThrows(MojoExecutionException.class, () -> check(outcome)).getMessage();
  }
}
