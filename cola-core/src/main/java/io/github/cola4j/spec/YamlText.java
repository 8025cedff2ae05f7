package io.github.cola4j.spec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.github.cola4j.spec.Node.Items;
import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import io.github.cola4j.spec.Node.Scalar;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * YAML text to nodes that know their lines, and back. One document, keys that are names, no
 * anchors, aliases, merge keys or tags: a spec is to be read by people, and these hide what is
 * asked for.
 */
final class YamlText {
  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();
  private static final Pattern TAB_INDENTED = Pattern.compile(" *\t.*");
  private static final Pattern NO_SPACE_AFTER_COLON =
      Pattern.compile("\\s*(- +)?[A-Za-z_][A-Za-z0-9_]*:[^\\s/\\\\].*");
  private static final Pattern NEEDS_QUOTES = Pattern.compile("[^#]*(:|-|\\[|,) +[>|@`%&*!].*");
  private static final Pattern ESCAPED_PATH = Pattern.compile(".*\"([A-Za-z]:|\\.{1,2})\\\\.*");
  private static final Pattern COLON_IN_FLOW = Pattern.compile(".*[{,] *\\w+: [^'\"\\[{},]*: .*");
  private static final Pattern COLON_IN_VALUE = Pattern.compile("[^'\"\\[{#]*: [^'\"\\[{#]*: .*");

  private final String file;
  private final YAMLParser parser;
  private final List<Problem> problems;

  private YamlText(String file, YAMLParser parser, List<Problem> problems) {
    this.file = file;
    this.parser = parser;
    this.problems = problems;
  }

  /**
   * The keys of a file. Keys that stand twice are added to the problems, and the first holds.
   *
   * @throws SpecException if the text cannot be read as one document of keys and values
   */
  static Mapping read(String file, String text, List<Problem> problems) {
    try (YAMLParser parser = YAML.createParser(text)) {
      Node root = new YamlText(file, parser, problems).document();
      if (root instanceof Mapping mapping) {
        return mapping;
      }
      if (root instanceof Scalar scalar && scalar.kind() == Kind.NOTHING) {
        throw unreadable(file, 0, "nothing in it", "it needs at least base: and data:");
      }
      Cause cause =
          Cause.of(
              text, root.place().line(), "write key: value lines, with a space after each colon");
      throw unreadable(
          file,
          cause.line,
          "found " + root.shown() + " where the keys of a spec should stand",
          cause.fix);
    } catch (JsonProcessingException e) {
      Cause cause =
          Cause.of(text, line(e, text), "check that keys of one level start in the same column");
      throw unreadable(
          file,
          cause.line,
          "not readable as YAML ("
              + reason(e)
              + "): "
              + Scalar.of(lineOf(text, cause.line).strip()).shown(),
          cause.fix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A value given from outside the file; what is not YAML is taken as text. */
  static Node value(String text, Place place) {
    List<Problem> problems = new ArrayList<>();
    try (YAMLParser parser = YAML.createParser(text)) {
      Node node = new YamlText(place.file(), parser, problems).document();
      if (problems.isEmpty()) {
        return moved(node, place);
      }
    } catch (IOException | SpecException e) {
      // not YAML: the text below
    }
    return new Scalar(place, Kind.TEXT, text);
  }

  private static Node moved(Node node, Place place) {
    if (node instanceof Scalar scalar) {
      return new Scalar(place, scalar.kind(), scalar.text());
    }
    if (node instanceof Items items) {
      return new Items(place, items.nodes().stream().map(item -> moved(item, place)).toList());
    }
    Map<String, Node> entries = new LinkedHashMap<>();
    ((Mapping) node).entries().forEach((key, value) -> entries.put(key, moved(value, place)));
    return new Mapping(place, entries);
  }

  /** The text of a mapping: its keys in their order, always the same bytes. */
  static String write(Mapping mapping) {
    StringWriter text = new StringWriter();
    try (YAMLGenerator generator = YAML.createGenerator(text)) {
      write(mapping, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(Node node, YAMLGenerator generator) throws IOException {
    if (node instanceof Mapping mapping) {
      generator.writeStartObject();
      for (Map.Entry<String, Node> entry : mapping.entries().entrySet()) {
        generator.writeFieldName(entry.getKey());
        write(entry.getValue(), generator);
      }
      generator.writeEndObject();
    } else if (node instanceof Items items) {
      generator.writeStartArray();
      for (Node item : items.nodes()) {
        write(item, generator);
      }
      generator.writeEndArray();
    } else if (node instanceof Scalar scalar) {
      switch (scalar.kind()) {
        case TEXT -> generator.writeString(scalar.text());
        case WHOLE, DECIMAL -> generator.writeNumber(scalar.text());
        case FLAG -> generator.writeBoolean(Boolean.parseBoolean(scalar.text()));
        case NOTHING -> generator.writeNull();
      }
    }
  }

  private Node document() throws IOException {
    if (parser.nextToken() == null) {
      return new Scalar(new Place(file, 0), Kind.NOTHING, "");
    }
    boolean keys = parser.currentToken() == JsonToken.START_OBJECT;
    Node root = node("", new Place(file, keys ? 0 : line()));
    if (parser.nextToken() != null) {
      throw unreadable(
          file,
          line(),
          "a second document begins here",
          "a file holds one run: remove the --- line, or make two files");
    }
    return root;
  }

  private Node node(String name, Place place) throws IOException {
    if (parser.isCurrentAlias()) {
      throw unreadable(
          file,
          line(),
          "the alias *" + parser.getText() + " is not supported",
          "write the value out; text that begins with * needs quotes");
    }
    if (parser.getTypeId() != null) {
      throw unreadable(
          file, line(), "the tag " + parser.getTypeId() + " is not supported", "remove it");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(name, place);
      case START_ARRAY -> items(name, place);
      case VALUE_NUMBER_INT -> scalar(place, Kind.WHOLE);
      case VALUE_NUMBER_FLOAT -> scalar(place, Kind.DECIMAL);
      case VALUE_TRUE, VALUE_FALSE -> scalar(place, Kind.FLAG);
      case VALUE_NULL -> scalar(place, Kind.NOTHING);
      default -> scalar(place, Kind.TEXT);
    };
  }

  private Scalar scalar(Place place, Kind kind) throws IOException {
    String text = parser.getText();
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw unreadable(file, line(), "half of a character pair", "write the character itself");
    }
    return new Scalar(place, kind, text);
  }

  private Items items(String name, Place place) throws IOException {
    List<Node> nodes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      nodes.add(node(name, new Place(file, line())));
    }
    return new Items(place, nodes);
  }

  private Mapping mapping(String name, Place place) throws IOException {
    Map<String, Node> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      Place here = new Place(file, line());
      if (key.equals("<<")) {
        throw unreadable(
            file, here.line(), "merge keys (<<) are not supported", "write the keys out");
      }
      parser.nextToken();
      String full = Node.fullName(name, key);
      Node value = node(full, here);
      Node first = entries.putIfAbsent(key, value);
      if (first != null) {
        problems.add(
            new Problem(
                file,
                here.line(),
                full,
                "stands twice in the same section, first on line " + first.place().line(),
                "keep one"));
      }
    }
    return new Mapping(place, entries);
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  private static SpecException unreadable(String file, int line, String found, String fix) {
    return new SpecException(List.of(new Problem(file, line, "", found, fix)));
  }

  private static int line(JsonProcessingException e, String text) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      int line = marked.getProblemMark().getLine() + 1;
      // A quote or bracket that never closes is noticed at the end: show where it was opened.
      boolean atEnd = marked.getProblemMark().getIndex() >= text.stripTrailing().length();
      return atEnd && marked.getContextMark() != null
          ? marked.getContextMark().getLine() + 1
          : line;
    }
    JsonLocation location = e.getLocation();
    return location == null ? 0 : Math.max(0, location.getLineNr());
  }

  private static String reason(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null) {
      return marked.getProblem();
    }
    return e.getOriginalMessage().lines().findFirst().orElse("damaged");
  }

  private static String lineOf(String text, int line) {
    return line < 1 ? "" : text.lines().skip(line - 1L).findFirst().orElse("");
  }

  /** What made a text unreadable, and the line to look at. */
  private record Cause(int line, String fix) {
    /** The usual causes, looked for in the line where reading stopped and in the one before. */
    static Cause of(String text, int line, String otherwise) {
      for (int at = line; at >= Math.max(1, line - 1); at--) {
        String fix = fix(lineOf(text, at));
        if (!fix.isEmpty()) {
          return new Cause(at, fix);
        }
      }
      return new Cause(line, otherwise);
    }

    private static String fix(String line) {
      if (TAB_INDENTED.matcher(line).matches()) {
        return "indent with spaces, not with tabs";
      }
      if (NO_SPACE_AFTER_COLON.matcher(line).matches()) {
        return "put a space after the colon";
      }
      if (NEEDS_QUOTES.matcher(line).matches()) {
        return "put the value in quotes: it begins with a sign that means something else in YAML";
      }
      if (count(line, '[') > count(line, ']')) {
        return "close the [";
      }
      if (count(line, '{') > count(line, '}')) {
        return "close the {";
      }
      if (count(line, '"') % 2 == 1 || count(line, '\'') % 2 == 1) {
        return "close the quote";
      }
      if (ESCAPED_PATH.matcher(line).matches()) {
        return "write / where the path has \\: it serves on every system, Windows too";
      }
      if (line.contains("${")) {
        return "write the value itself: ${…} is not filled in here";
      }
      if (COLON_IN_FLOW.matcher(line).matches() || COLON_IN_VALUE.matcher(line).matches()) {
        return "put the value in quotes: it holds a colon and a space";
      }
      return "";
    }

    private static long count(String line, char sign) {
      return line.chars().filter(c -> c == sign).count();
    }
  }
}
