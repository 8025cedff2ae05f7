package io.github.cola4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * A base's {@code config.json}, asked key by key; null counts as absent. What a model does not
 * build is refused by name, so that it never runs wrongly.
 *
 * @param path of this object within the file: empty, or say {@code rope_scaling.}
 */
record ModelConfig(JsonNode json, String path) {
  /** A damaged size must not ask for all the memory there is. */
  private static final int MOST = 1 << 24;

  /**
   * Refuses what no architecture here reads.
   *
   * @throws ModelException for quantized weights
   */
  ModelConfig {
    if (json.hasNonNull("quantization_config")) {
      throw new ModelException(
          "config.json: quantization_config is set; only unquantized weights are read, name the model"
              + " that these were made from");
    }
  }

  ModelConfig(JsonNode json) {
    this(json, "");
  }

  /** A whole number above 0, and no larger than what any model has. */
  int size(String key, int byDefault) {
    JsonNode value = json.path(key);
    if (absent(value)) {
      return byDefault;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
      throw unfit(key, value, "a whole number above 0 is needed");
    }
    if (value.asInt() > MOST) {
      throw unfit(key, value, "%d at most can be".formatted(MOST));
    }
    return value.asInt();
  }

  /** A whole number, 0 or more. */
  int count(String key, int byDefault) {
    JsonNode value = json.path(key);
    if (absent(value)) {
      return byDefault;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
      throw unfit(key, value, "a whole number, 0 or more, is needed");
    }
    return value.asInt();
  }

  /** A finite number. */
  double number(String key, double byDefault) {
    JsonNode value = json.path(key);
    if (absent(value)) {
      return byDefault;
    }
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw unfit(key, value, "a number is needed");
    }
    return value.asDouble();
  }

  /** A finite number above 0. */
  double positive(String key, double byDefault) {
    double number = number(key, byDefault);
    if (!(number > 0)) {
      throw unfit(key, json.path(key), "a number above 0 is needed");
    }
    return number;
  }

  /** A finite number above 0 that must be there. */
  double positive(String key) {
    if (absent(json.path(key))) {
      throw new ModelException(
          "config.json: %s%s is missing; a number above 0 is needed".formatted(path, key));
    }
    return positive(key, 1);
  }

  /** A finite number from 0 up. */
  double notNegative(String key, double byDefault) {
    double value = number(key, byDefault);
    if (value < 0) {
      throw unfit(key, json.path(key), "a number from 0 up is needed");
    }
    return value;
  }

  /** A probability below 1. */
  double probability(String key, double byDefault) {
    double p = number(key, byDefault);
    if (p < 0 || p >= 1) {
      throw unfit(key, json.path(key), "a number from 0 to below 1 is needed");
    }
    return p;
  }

  /** True or false. */
  boolean flag(String key, boolean byDefault) {
    JsonNode value = json.path(key);
    if (absent(value)) {
      return byDefault;
    }
    if (!value.isBoolean()) {
      throw unfit(key, value, "true or false is needed");
    }
    return value.asBoolean();
  }

  /** The keys of an object, none if it is absent. */
  ModelConfig section(String key) {
    JsonNode value = json.path(key);
    if (!absent(value) && !value.isObject()) {
      throw unfit(key, value, "an object is needed");
    }
    return new ModelConfig(value, path + key + ".");
  }

  /** Words, one for each layer; empty if they are absent. */
  List<String> ofLayers(String key, int layers) {
    JsonNode value = json.path(key);
    if (absent(value)) {
      return List.of();
    }
    if (!value.isArray()) {
      throw unfit(key, value, "a list with a word for each layer is needed");
    }
    if (value.size() != layers) {
      throw new ModelException(
          "config.json: %s%s names %d layers, num_hidden_layers %d"
              .formatted(path, key, value.size(), layers));
    }
    return StreamSupport.stream(value.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** A token's id; −1 for none. Where several are given, the first. */
  int token(String key) {
    JsonNode value = json.path(key).isArray() ? json.path(key).path(0) : json.path(key);
    return value.isIntegralNumber() && value.canConvertToInt() ? value.asInt() : -1;
  }

  /** One of the words that are built. */
  <T> T choice(String key, String byDefault, Map<String, T> built) {
    JsonNode value = json.path(key);
    String word = absent(value) ? byDefault : value.asText();
    if (!built.containsKey(word)) {
      throw new ModelException(
          "config.json: %s%s is %s; built are %s"
              .formatted(
                  path, key, word, String.join(", ", built.keySet().stream().sorted().toList())));
    }
    return built.get(word);
  }

  /** Refuses a flag that is not as it is by default. */
  void require(boolean built, List<String> keys) {
    for (String key : keys) {
      if (flag(key, built) != built) {
        throw new ModelException(
            "config.json: %s%s is %s, which is not built; only %s is"
                .formatted(path, key, !built, built));
      }
    }
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private ModelException unfit(String key, JsonNode value, String needed) {
    String text = value.toString();
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return new ModelException("config.json: %s%s is %s; %s".formatted(path, key, shown, needed));
  }
}
