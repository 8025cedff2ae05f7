package io.github.cola4j.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Events as JSON objects: {@code type} (say {@code step_done}) first, then the record's components
 * in snake_case.
 *
 * <p>Reading is lenient, so that worker and front end need not be of one version: fields that are
 * not known are passed over, a missing number is 0, and an event of a type that is not known, or
 * with a field of another kind than here, becomes an {@link Event.Unknown}. Numbers that are not
 * finite are the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
public final class EventJson {
  private static final String TYPE = "type";

  private static final Map<String, Class<? extends Event>> TYPES =
      Map.of(
          "run_started", Event.RunStarted.class,
          "resumed", Event.Resumed.class,
          "step_done", Event.StepDone.class,
          "validated", Event.Validated.class,
          "checkpoint_written", Event.CheckpointWritten.class,
          "rows_answered", Event.RowsAnswered.class,
          "downloading", Event.Downloading.class,
          "message", Event.Message.class,
          "run_finished", Event.RunFinished.class,
          "stopped", Event.Stopped.class);

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(Path.class, new PathWriter())
                  .addDeserializer(Path.class, new PathReader()))
          .build();

  private EventJson() {}

  /** The event as a JSON object. */
  public static ObjectNode write(Event event) {
    if (event instanceof Event.Unknown unknown) {
      return unknown.json().deepCopy();
    }
    ObjectNode json = MAPPER.createObjectNode().put(TYPE, typeOf(event));
    json.setAll((ObjectNode) MAPPER.valueToTree(event));
    return json;
  }

  /**
   * The event that a JSON object tells.
   *
   * @throws IllegalArgumentException if it is no object with a text {@code type}
   */
  public static Event read(JsonNode json) {
    if (!(json instanceof ObjectNode object) || !object.path(TYPE).isTextual()) {
      throw new IllegalArgumentException("an event is a JSON object with a \"type\": " + json);
    }
    Class<? extends Event> known = TYPES.get(object.get(TYPE).asText());
    try {
      return known == null ? unknown(object) : MAPPER.treeToValue(object, known);
    } catch (JsonProcessingException e) {
      return unknown(object);
    }
  }

  private static Event unknown(ObjectNode json) {
    return new Event.Unknown(json.get(TYPE).asText(), json.deepCopy());
  }

  private static String typeOf(Event event) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == event.getClass())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** Paths as people write them, where Jackson would write a URI. */
  private static final class PathWriter extends StdSerializer<Path> {
    PathWriter() {
      super(Path.class);
    }

    @Override
    public void serialize(Path path, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(path.toString());
    }
  }

  private static final class PathReader extends StdDeserializer<Path> {
    PathReader() {
      super(Path.class);
    }

    @Override
    public Path deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return Path.of(json.getValueAsString());
    }
  }
}
