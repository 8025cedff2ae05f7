package io.github.cola4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {
  private static final ObjectMapper TEXT =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

  static List<Event> events() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("matthews_correlation", Double.NaN);
    metrics.put("accuracy", 0.8245);
    return List.of(
        new Event.RunStarted("sentiment", "minilm-l6", "t", 6000, 188, 123_456, 12, "cpu", 2),
        new Event.Resumed(17),
        new Event.StepDone(
            3, 188, 0.016, 0.69, 3e-3, 410.5, 70.25, 1.5, 1L << 33, 1L << 34, 1L << 29, 0.004),
        new Event.StepDone(
            3,
            188,
            0.016,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            0,
            0,
            0,
            0,
            0,
            Double.NaN),
        new Event.Validated(100, metrics, true),
        new Event.Downloading("model.safetensors", 1 << 20, 90_000_000),
        new Event.CheckpointWritten(100, Path.of("out", "number 12", "checkpoint")),
        new Event.RowsAnswered(32, 500, 12.5),
        Event.Message.info("zwei\nZeilen"),
        Event.Message.warn("\"quoted\" – äöü"),
        new Event.RunFinished(188, metrics, 400, Path.of("a"), Path.of("."), 15.5),
        new Event.Stopped(9, "asked to", Path.of("checkpoint")),
        new Event.Stopped(0, "asked to", null));
  }

  @ParameterizedTest
  @MethodSource("events")
  void survivesTheWayThroughText(Event event) throws Exception {
    JsonNode read = TEXT.readTree(TEXT.writeValueAsBytes(EventJson.write(event)));
    assertEquals(event, EventJson.read(read));
    assertEquals("type", read.fieldNames().next());
  }

  @Test
  void everyEventIsAmongThoseTested() {
    Set<Class<?>> tested = events().stream().map(Event::getClass).collect(Collectors.toSet());
    Set<Class<?>> all = new HashSet<>(List.of(Event.class.getPermittedSubclasses()));
    all.remove(Event.Unknown.class);
    assertEquals(all, tested);
  }

  @Test
  void namesAreShortAndInSnakeCase() {
    JsonNode json = EventJson.write(events().get(2));
    assertEquals("step_done", json.get("type").asText());
    assertEquals(410.5, json.get("examples_per_second").asDouble());
    assertTrue(json.has("rss_bytes"));
  }

  @Test
  void anOlderLogIsRead() throws Exception {
    var step = (Event.StepDone) EventJson.read(TEXT.readTree("{'type':'step_done','rss_bytes':7}"));
    assertEquals(7, step.rssBytes());
    assertEquals(0, step.movedBytes());
    assertEquals(0, step.transferError());
  }

  @Test
  void metricsKeepTheirOrder() throws Exception {
    JsonNode json = TEXT.readTree(EventJson.write(events().get(4)).toString());
    var event = assertInstanceOf(Event.Validated.class, EventJson.read(json));
    assertEquals(
        List.of("matthews_correlation", "accuracy"), List.copyOf(event.metrics().keySet()));
  }

  @Test
  void aNewerWorkerIsTolerated() throws Exception {
    Event resumed = EventJson.read(TEXT.readTree("{'type':'resumed','step':4,'why':{}}"));
    assertEquals(new Event.Resumed(4), resumed);

    JsonNode changed = TEXT.readTree("{'type':'resumed','step':'many'}");
    assertEquals("resumed", assertInstanceOf(Event.Unknown.class, EventJson.read(changed)).type());

    JsonNode news = TEXT.readTree("{'type':'weather','sky':'blue'}");
    var unknown = assertInstanceOf(Event.Unknown.class, EventJson.read(news));
    assertEquals("weather", unknown.type());
    assertEquals(news, EventJson.write(unknown));
  }

  @Test
  void whatIsNoEventIsRefused() {
    for (String text : List.of("[]", "{}", "{'type':3}")) {
      assertThrows(IllegalArgumentException.class, () -> EventJson.read(TEXT.readTree(text)), text);
    }
  }
}
