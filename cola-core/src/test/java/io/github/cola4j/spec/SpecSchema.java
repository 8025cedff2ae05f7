package io.github.cola4j.spec;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.spec.Node.Items;
import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Scalar;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The JSON schema of {@code cola.yaml}, from what reading asks for: keys, forms, defaults, and
 * which must be there. Which keys there are may hang on the value of another one; the schema has
 * them all, and says so in the description.
 */
final class SpecSchema {
  /** Where the Javadoc of each section's keys stands, by the section's full name. */
  static final Map<String, List<String>> DOCUMENTED = documented();

  /** Takes what it does not say from {@code data.train}, so it has no defaults. */
  private static final Set<String> TAKES_AFTER_ANOTHER = Set.of("data.validation");

  private final Map<String, Map<String, String>> texts;
  private final Map<String, SectionKeys> sections = new LinkedHashMap<>();

  /**
   * @param texts by class and key
   */
  SpecSchema(Map<String, Map<String, String>> texts) {
    this.texts = texts;
    for (List<Section> turn : KnownKeys.turns()) {
      Set<String> seen = new LinkedHashSet<>();
      for (Section section : turn) {
        // The first section of a role is the one whose role it is: users' follow.
        if (seen.add(section.role())) {
          sections.computeIfAbsent(section.role(), role -> new SectionKeys()).add(section);
        }
      }
    }
  }

  /** What is known of a section from all turns. */
  private static final class SectionKeys {
    private final Map<String, List<Declared>> keys = new LinkedHashMap<>();
    private final Map<String, Set<String>> variants = new LinkedHashMap<>();
    private final Set<String> allVariants = new LinkedHashSet<>();
    private int turns;

    void add(Section section) {
      turns++;
      allVariants.add(section.variant());
      section
          .declared()
          .forEach(
              (key, what) -> {
                keys.computeIfAbsent(key, k -> new ArrayList<>()).add(what);
                variants.computeIfAbsent(key, k -> new TreeSet<>()).add(section.variant());
              });
    }

    /** Whether it must be there in every turn that has the section. */
    boolean required(String key) {
      List<Declared> asked = keys.get(key);
      return asked.size() == turns
          && asked.stream().anyMatch(Declared::required)
          && asked.stream().allMatch(d -> d.required() || d.section().isPresent());
    }

    /** The default, if it is always the same. */
    Optional<Node> byDefault(String key) {
      Set<Optional<Node>> defaults =
          keys.get(key).stream().map(Declared::byDefault).collect(Collectors.toSet());
      return defaults.size() == 1 ? defaults.iterator().next() : Optional.empty();
    }

    /** Which choices a key hangs on, as a sentence; empty if on none. */
    String hangsOn(String key) {
      Set<String> without = new TreeSet<>(allVariants);
      without.removeAll(variants.get(key));
      return without.isEmpty()
          ? ""
          : without.size() == 1 && allVariants.size() > 2
              ? " Not with " + words(without)
              : " With " + words(variants.get(key));
    }

    private static String words(Set<String> variants) {
      return variants.stream()
          .map(
              choice ->
                  choice.startsWith("kind: com.") ? "kind:` a class of one's own" : choice + "`")
          .collect(Collectors.joining(", `", "`", "."));
    }
  }

  /** The keys of each section, but for those that users choose. */
  Map<String, Set<String>> keys() {
    Map<String, Set<String>> keys = new LinkedHashMap<>();
    sections.forEach((role, section) -> keys.put(role, section.keys.keySet()));
    return keys;
  }

  String json() throws IOException {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "cola.yaml");
    schema.put("description", "A run of ColA for Java: what is learned, from what, and how.");
    schema.putAll(section("", Map.of()));
    schema.put("type", "object");
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    return new ObjectMapper()
            .writer(new DefaultPrettyPrinter().withObjectIndenter(lines))
            .writeValueAsString(schema)
        + "\n";
  }

  /**
   * @param others keys that it has beside its own
   */
  private Map<String, Object> section(String role, Map<String, Object> others) {
    SectionKeys section = sections.get(role);
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("object", "null"));
    if (section.keys.containsKey(Section.ANY_NAME)) {
      schema.put("additionalProperties", section(names(role), Map.of()));
      return schema;
    }
    Map<String, Object> properties = new LinkedHashMap<>(others);
    List<String> required = new ArrayList<>(others.keySet());
    for (String key : section.keys.keySet()) {
      properties.put(key, property(role, section, key));
      if (section.required(key)) {
        required.add(key);
      }
    }
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("type", "object");
      schema.put("required", required);
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private static String names(String role) {
    return role + "." + Section.ANY_NAME;
  }

  private Map<String, Object> property(String role, SectionKeys section, String key) {
    Map<String, Object> schema = new LinkedHashMap<>();
    description(role, section, key).ifPresent(text -> schema.put("description", text));
    schema.putAll(takes(Node.fullName(role, key), section.keys.get(key)));
    if (!TAKES_AFTER_ANOTHER.contains(role)) {
      section.byDefault(key).ifPresent(node -> schema.put("default", value(node)));
    }
    return schema;
  }

  /** Everything that some turn takes. */
  private Map<String, Object> takes(String name, List<Declared> asked) {
    Set<Map<String, Object>> forms = new LinkedHashSet<>();
    for (Declared one : asked) {
      one.form().map(Form::schema).ifPresent(forms::add);
      one.section().ifPresent(role -> forms.addAll(sectionForms(name, role)));
    }
    return any(List.copyOf(forms));
  }

  private List<Map<String, Object>> sectionForms(String name, String role) {
    List<Map<String, Object>> forms = new ArrayList<>();
    ShortForms.mainKey(name)
        .map(key -> takes(Node.fullName(name, key), sections.get(role).keys.get(key)))
        .ifPresent(forms::add);
    forms.add(section(role, Map.of()));
    if (name.equals(ShortForms.USERS)) {
      Map<String, Object> user =
          section(names(role), Map.of("name", described("The user's name.", Form.scalar())));
      forms.add(
          Form.list(new Form(any(List.of(Form.scalar().schema(), user))), 1, Optional.empty())
              .schema());
      forms.add(Form.scalar().schema());
    }
    return forms;
  }

  private static Map<String, Object> described(String text, Form form) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", text);
    schema.putAll(form.schema());
    return schema;
  }

  /** One form for several: words and ranges as wide as the widest, the others side by side. */
  private static Map<String, Object> any(List<Map<String, Object>> forms) {
    if (forms.size() == 1) {
      return forms.get(0);
    }
    if (forms.stream().allMatch(form -> form.keySet().equals(Set.of("enum")))) {
      Set<Object> words = new LinkedHashSet<>();
      forms.forEach(form -> words.addAll((List<?>) form.get("enum")));
      return Form.choice(List.copyOf(words)).schema();
    }
    if (forms.stream().allMatch(form -> form.keySet().equals(Set.of("type", "minimum")))) {
      return forms.stream().min((a, b) -> minimum(a).compareTo(minimum(b))).orElseThrow();
    }
    Set<Object> flat = new LinkedHashSet<>();
    forms.forEach(form -> flat.addAll((List<?>) form.getOrDefault("anyOf", List.of(form))));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("anyOf", List.copyOf(flat));
    return schema;
  }

  private static BigDecimal minimum(Map<String, Object> form) {
    return (BigDecimal) form.get("minimum");
  }

  private Optional<String> description(String role, SectionKeys section, String key) {
    String text =
        DOCUMENTED.getOrDefault(role, List.of()).stream()
            .map(type -> texts.getOrDefault(type, Map.of()).get(key))
            .filter(found -> found != null)
            .distinct()
            .collect(Collectors.joining(" Or: "));
    if (text.isEmpty() && role.startsWith("gates") && isMetric(key)) {
      text = "What the metric must reach; a condition in quotes, such as `\">= 0.8\"`.";
    }
    boolean saysWhen = text.startsWith("For ") || text.startsWith("With ");
    return Optional.of(saysWhen ? text : text + section.hangsOn(key))
        .filter(whole -> !whole.isBlank());
  }

  private static boolean isMetric(String key) {
    return Arrays.stream(Task.values()).anyMatch(task -> task.metrics().contains(key));
  }

  private static Object value(Node node) {
    if (node instanceof Items items) {
      return items.nodes().stream().map(SpecSchema::value).toList();
    }
    Scalar scalar = (Scalar) node;
    return scalar.kind() == Kind.FLAG
        ? Boolean.valueOf(scalar.text())
        : scalar.kind() == Kind.TEXT ? scalar.text() : new BigDecimal(scalar.text());
  }

  private static Map<String, List<String>> documented() {
    List<String> rows =
        List.of(
            "SplitSpec",
            "ColumnsSpec.Labelled",
            "ColumnsSpec.PlainText",
            "ColumnsSpec.PromptResponse",
            "ColumnsSpec.Chat",
            "ColumnsSpec.SourceTarget",
            "ColumnsSpec.Pictures");
    Map<String, List<String>> classes = new LinkedHashMap<>();
    classes.put("", List.of("RunSpec"));
    classes.put("base", List.of("BaseSpec.Fresh"));
    classes.put("data", List.of("DataSpec"));
    classes.put("data.train", rows);
    classes.put("data.validation", rows);
    classes.put(
        "adapter",
        List.of(
            "AdapterSpec",
            "AdapterSpec.LowRank",
            "AdapterSpec.Linear",
            "AdapterSpec.Mlp",
            "AdapterSpec.Own",
            "SitesSpec"));
    classes.put("gradient_learning", List.of("GradientLearningSpec"));
    classes.put("offload", List.of("OffloadSpec"));
    classes.put("training", List.of("TrainingSpec"));
    classes.put(
        "training.optimizer", List.of("OptimizerSpec", "OptimizerSpec.AdamW", "OptimizerSpec.Sgd"));
    classes.put("training.schedule", List.of("ScheduleSpec"));
    classes.put("training.max_grad_norm", List.of("ClippingSpec"));
    classes.put("users", List.of("UsersSpec"));
    classes.put("users.list." + Section.ANY_NAME, List.of("UserSpec"));
    classes.put("evaluation", List.of("EvaluationSpec"));
    classes.put("generation", List.of("GenerationSpec"));
    classes.put("checkpoint", List.of("CheckpointSpec"));
    classes.put("gates", List.of("GatesSpec"));
    classes.put("gates.baseline", List.of("GatesSpec.Baseline", "GatesSpec"));
    return classes;
  }
}
