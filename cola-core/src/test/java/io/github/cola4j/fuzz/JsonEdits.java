package io.github.cola4j.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Damage to a document that stays JSON, or nearly: values of other types and of absurd size, keys
 * twice, deep nesting, parts in the place of others.
 */
public final class JsonEdits {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final List<String> ANYWHERE =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0",
          "1",
          "-1",
          "2",
          "7",
          "0.5",
          "-0.5",
          "1e-400",
          "1e308",
          "1e999",
          "-1e999",
          "1e1000000000",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967295",
          "4294967297",
          "4611686018427387904",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "99999999999999999999",
          "9".repeat(2000),
          "NaN",
          "Infinity",
          "-Infinity",
          "\"\"",
          "\"0\"",
          "\"true\"",
          "\"NaN\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "\"\u00e9\u2028\"",
          "\"../../etc/passwd\"",
          "\"%s %n %d\"",
          "\"$1\\\\\"",
          "\"" + "a".repeat(100_000) + "\"",
          "[]",
          "{}",
          "[null]",
          "[0]",
          "[0,0]",
          "[-1,1]",
          "[[0]]",
          "{\"\":0}",
          "{\"a\":null}",
          nested("[", "]", 120),
          nested("[", "]", 997),
          nested("[", "]", 1000),
          nested("{\"a\":", "}", 990),
          nested("[", "]", 100_000),
          nested("{\"a\":", "}", 20_000),
          "[" + "0,".repeat(20_000) + "0]");

  private final List<String> pieces;

  /**
   * @param pieces JSON that makes sense, or nearly, somewhere in the documents
   */
  public JsonEdits(List<String> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  public String apply(JsonNode sound, List<Edit> edits) {
    ArrayNode root = NODES.arrayNode().add(sound.deepCopy());
    for (Edit edit : edits) {
      apply(root, edit);
    }
    return root.isEmpty() ? "" : text(root.get(0));
  }

  private void apply(ArrayNode root, Edit edit) {
    if (root.isEmpty()) {
      return;
    }
    Place place = Place.of(root, edit.at());
    JsonNode here = place.node();
    switch (edit.kind() % 10) {
      case 0, 1, 2 -> place.put(raw(piece(edit.with())));
      case 3 -> place.remove();
      case 4 -> {
        if (place.parent() instanceof ObjectNode) { // the key a second time
          String again = edit.with() % 2 == 0 ? text(here) : piece(edit.with() / 2);
          place.put(raw(text(here) + "," + text(NODES.textNode(place.key())) + ":" + again));
        }
      }
      case 5 -> place.put(Place.of(root, edit.with()).node().deepCopy());
      case 6 ->
          place.put(
              edit.with() % 2 == 0
                  ? NODES.arrayNode().add(here)
                  : NODES.objectNode().set("a", here));
      case 7 -> {
        if (here instanceof ObjectNode object) { // a key from elsewhere
          Place other = Place.of(root, edit.with());
          object.set(other.key() == null ? "" : other.key(), other.node().deepCopy());
        } else if (here instanceof ArrayNode array) {
          array.insert(edit.with() % (array.size() + 1), raw(piece(edit.with() / 7)));
        }
      }
      case 8 -> {
        if (here instanceof ArrayNode array && array.size() > 1) {
          List<JsonNode> items = new ArrayList<>();
          array.forEach(items::add);
          Collections.rotate(items, 1 + edit.with() % (items.size() - 1));
          array.removeAll().addAll(items);
        } else if (here instanceof ObjectNode object && !object.isEmpty()) {
          object.set("" + edit.with() % 10, object.remove(object.fieldNames().next()));
        }
      }
      default -> place.put(nearly(here, edit.with()));
    }
  }

  /** A number or text a little different. */
  private static JsonNode nearly(JsonNode node, int with) {
    if (node.isNumber()) {
      return switch (with % 6) {
        case 0 -> NODES.numberNode(node.longValue() + 1);
        case 1 -> NODES.numberNode(node.longValue() - 1);
        case 2 -> NODES.numberNode(-node.longValue());
        case 3 -> NODES.numberNode(node.doubleValue());
        case 4 -> NODES.textNode(node.asText());
        default -> NODES.numberNode(node.longValue() * (1L << with % 63));
      };
    }
    if (node.isTextual()) {
      String text = node.textValue();
      int at = with % (text.length() + 1);
      return NODES.textNode(
          switch (with % 5) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(at);
            case 2 -> text.substring(0, at) + (char) (with % 0x10000) + text.substring(at);
            case 3 -> text + text;
            default -> text.toUpperCase(java.util.Locale.ROOT);
          });
    }
    if (node.isBoolean()) {
      return NODES.booleanNode(!node.booleanValue());
    }
    return NODES.nullNode();
  }

  private String piece(int number) {
    int n = number % (ANYWHERE.size() + 2 * pieces.size());
    return n < ANYWHERE.size()
        ? ANYWHERE.get(n)
        : pieces.get((n - ANYWHERE.size()) % pieces.size());
  }

  private static JsonNode raw(String json) {
    return NODES.rawValueNode(new RawValue(json));
  }

  private static String text(JsonNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String nested(String open, String close, int depth) {
    return open.repeat(depth) + "0" + close.repeat(depth);
  }

  /** A value in its list, or in its object under a key. */
  private record Place(JsonNode parent, String key, int index) {

    /** A way down from the root; what lies higher is found more often. */
    static Place of(ArrayNode root, int at) {
      Place place = new Place(root, null, 0);
      int rest = at;
      while (place.node().isContainerNode() && !place.node().isEmpty() && rest % 4 != 0) {
        rest /= 4;
        JsonNode container = place.node();
        int index = rest % container.size();
        rest /= container.size();
        String key = null;
        if (container instanceof ObjectNode object) {
          key = new ArrayList<>(object.properties()).get(index).getKey();
        }
        place = new Place(container, key, index);
      }
      return place;
    }

    JsonNode node() {
      return key == null ? parent.get(index) : parent.get(key);
    }

    void put(JsonNode node) {
      if (parent instanceof ObjectNode object) {
        object.set(key, node);
      } else {
        ((ArrayNode) parent).set(index, node);
      }
    }

    void remove() {
      if (parent instanceof ObjectNode object) {
        object.remove(key);
      } else {
        ((ArrayNode) parent).remove(index);
      }
    }
  }
}
