package io.github.cola4j.spec;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a value looks like in the file, in the words of JSON Schema: what editors know of a key. It
 * holds of everything that the key's reader takes, and of some that it does not: a file that is not
 * there, a pattern that does not compile.
 *
 * @param schema keywords with their values, in order
 */
record Form(Map<String, Object> schema) {
  /** Text of more than blanks. */
  static Form text() {
    return of("type", "string", "pattern", "\\S");
  }

  /** Text of any characters, but not none. */
  static Form characters() {
    return of("type", "string", "minLength", 1);
  }

  /** Text that a regular expression matches, which both Java and JavaScript know. */
  static Form matching(String regex) {
    return of("type", "string", "pattern", regex);
  }

  /** A single value of any kind. */
  static Form scalar() {
    return of("type", List.of("string", "number", "boolean"));
  }

  static Form flag() {
    return of("type", "boolean");
  }

  /** One of these values. */
  static Form choice(List<?> values) {
    return of("enum", values);
  }

  static Form whole(Range range) {
    return number("integer", range);
  }

  static Form number(Range range) {
    return number("number", range);
  }

  private static Form number(String type, Range range) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type);
    if (range.low() != null) {
      schema.put(range.withLow() ? "minimum" : "exclusiveMinimum", range.low());
    }
    if (range.high() != null) {
      schema.put(range.withHigh() ? "maximum" : "exclusiveMaximum", range.high());
    }
    return new Form(schema);
  }

  /**
   * A list.
   *
   * @param least how many there must be
   * @param most how many there may be
   */
  static Form list(Form items, int least, Optional<Integer> most) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "array");
    schema.put("items", items.schema);
    schema.put("minItems", least);
    most.ifPresent(count -> schema.put("maxItems", count));
    return new Form(schema);
  }

  /** Keys that the user chooses, with such values. */
  static Form map(Form values) {
    return of("type", List.of("object", "null"), "additionalProperties", values.schema);
  }

  /** What one of these takes. */
  static Form either(Form... forms) {
    return of("anyOf", Arrays.stream(forms).map(Form::schema).toList());
  }

  private static Form of(Object... keywords) {
    Map<String, Object> schema = new LinkedHashMap<>();
    for (int i = 0; i < keywords.length; i += 2) {
      schema.put((String) keywords[i], keywords[i + 1]);
    }
    return new Form(schema);
  }
}
