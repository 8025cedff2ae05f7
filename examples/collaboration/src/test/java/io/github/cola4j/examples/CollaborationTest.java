package io.github.cola4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What must have come out of the three runs. */
class CollaborationTest {
  private static final Path RUNS = Path.of("target/cola");
  private static final List<String> OWNERS =
      List.of("ann", "bob", "cleo", "dan", "eve", "fay", "gus", "hal");

  private static JsonNode summary(String mode) throws IOException {
    return new ObjectMapper().readTree(RUNS.resolve(mode).resolve("summary.json").toFile());
  }

  private static double accuracy(JsonNode from) {
    return from.required("metrics").required("accuracy").asDouble();
  }

  private static List<String> users(JsonNode summary) {
    return StreamSupport.stream(
            ((Iterable<String>) () -> summary.required("users").fieldNames()).spliterator(), false)
        .toList();
  }

  @Test
  void togetherTheyLearnMoreThanAlone() throws IOException {
    JsonNode alone = summary("alone");
    double collaboration = accuracy(summary("collaboration"));
    assertTrue(collaboration > 0.78, () -> "by collaboration " + collaboration);
    assertTrue(accuracy(summary("joint")) > 0.78);
    assertTrue(collaboration > accuracy(alone), "than the mean of all who learn alone");
    for (String few : List.of("gus", "hal")) {
      double own = accuracy(alone.required("users").required(few));
      assertTrue(collaboration > own + 0.1, () -> few + " alone " + own);
    }
  }

  @Test
  void everyOwnerIsTold() throws IOException {
    for (String mode : List.of("joint", "alone", "collaboration")) {
      assertEquals(OWNERS, users(summary(mode)), mode);
    }
  }

  @Test
  void everyOwnerHasAnAdapterUnlessThereIsOneForAll() {
    for (String owner : OWNERS) {
      assertTrue(holdsAdapter("alone/users/" + owner + "/adapter"), owner);
      assertTrue(holdsAdapter("collaboration/users/" + owner + "/adapter"), owner);
    }
    assertEquals(
        List.of(true, false, true),
        List.of(
            holdsAdapter("joint/adapter"),
            holdsAdapter("alone/adapter"),
            holdsAdapter("collaboration/adapter")));
  }

  private static boolean holdsAdapter(String folder) {
    return Files.isRegularFile(RUNS.resolve(folder).resolve("adapter_config.json"))
        && Files.isRegularFile(RUNS.resolve(folder).resolve("adapter_model.safetensors"));
  }
}
