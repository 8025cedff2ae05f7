package io.github.cola4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.PeftConfig.PeftType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code adapter_config.json} to and from {@link PeftConfig}. */
final class PeftConfigFile {
  static final String NAME = "adapter_config.json";

  /** Keys that are read into the record. */
  private static final Set<String> HONOURED =
      Set.of(
          "peft_type",
          "kind",
          "options",
          "task_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "modules_to_save",
          "use_rslora",
          "rank_pattern",
          "alpha_pattern",
          "fan_in_fan_out",
          "base_model_name_or_path",
          "bias",
          "init_lora_weights");

  /** Keys that change nothing about what a trained adapter computes, whatever they say. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "auto_mapping",
          "peft_version",
          "revision",
          "inference_mode",
          "megatron_core",
          "qalora_group_size",
          "eva_config",
          "runtime_config");

  /** Keys by which PEFT leaves out some of the targets. The tensors show which. */
  private static final Set<String> NARROWING =
      Set.of("layers_to_transform", "layers_pattern", "exclude_modules");

  /** The others (pissa, olora, loftq, …) subtract their start from the base's weights. */
  private static final Set<String> INITS_THAT_LEAVE_THE_BASE_ALONE =
      Set.of("gaussian", "eva", "orthogonal");

  private PeftConfigFile() {}

  /**
   * What a file says.
   *
   * @param narrowed whether adapters sit at some of the targets only
   */
  record Found(PeftConfig config, boolean narrowed) {}

  static Found read(Path file) {
    return new Reader(
            file,
            JsonFile.readObject(
                file,
                "there is no such file, so this is no PEFT adapter folder; name one that holds "
                    + NAME
                    + " and "
                    + PeftFolder.TENSORS))
        .read();
  }

  /** Keys that PEFT's LoraConfig knows (and {@code kind}), sorted. */
  static String text(PeftConfig config) {
    ObjectNode json = JsonFile.MAPPER.createObjectNode();
    Map<String, JsonNode> sorted = new TreeMap<>();
    json.put("base_model_name_or_path", config.baseModelNameOrPath());
    json.put("bias", "none");
    json.put("fan_in_fan_out", config.fanInFanOut());
    json.put("inference_mode", true);
    putNumber(json, "lora_alpha", config.loraAlpha());
    if (config.peftType() == PeftType.COLA) {
      json.put("kind", config.kind());
      if (!config.options().isEmpty()) {
        ObjectNode options = json.putObject("options");
        config.options().forEach(options::put);
      }
    } else {
      json.put("r", config.r());
      json.put("lora_dropout", config.loraDropout());
      json.put("use_rslora", config.useRslora());
      ObjectNode ranks = json.putObject("rank_pattern");
      config.rankPattern().forEach(ranks::put);
    }
    ObjectNode alphas = json.putObject("alpha_pattern");
    config.alphaPattern().forEach((pattern, alpha) -> putNumber(alphas, pattern, alpha));
    if (config.modulesToSave().isEmpty()) {
      json.putNull("modules_to_save");
    } else {
      ArrayNode saved = json.putArray("modules_to_save");
      config.modulesToSave().forEach(saved::add);
    }
    json.put("peft_type", config.peftType().name());
    if (config.targetModules() instanceof TargetModules.Names list) {
      ArrayNode targets = json.putArray("target_modules");
      list.names().forEach(targets::add);
    } else if (config.targetModules() instanceof TargetModules.Pattern pattern) {
      json.put("target_modules", pattern.regex());
    }
    json.put("task_type", config.taskType());
    json.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return JsonFile.text(JsonFile.MAPPER.createObjectNode().setAll(sorted));
  }

  /** PEFT declares alpha a whole number, so one that is whole is written as one. */
  private static void putNumber(ObjectNode json, String key, double value) {
    if (value == Math.rint(value) && Math.abs(value) <= Integer.MAX_VALUE) {
      json.put(key, (int) value);
    } else {
      json.put(key, value);
    }
  }

  private record Reader(Path file, ObjectNode json) {

    Found read() {
      PeftType type = peftType();
      for (Map.Entry<String, JsonNode> entry : json.properties()) {
        String key = entry.getKey();
        if (!HONOURED.contains(key)
            && !NARROWING.contains(key)
            && !WITHOUT_EFFECT.contains(key)
            && isOn(entry.getValue())) {
          throw wrong(key, "is %s, which is not supported here", entry.getValue());
        }
      }
      String bias = text("bias");
      if (bias != null && !bias.equals("none")) {
        throw wrong("bias", "is \"%s\", and only \"none\" is supported", bias);
      }
      JsonNode init = json.get("init_lora_weights");
      if (init != null
          && init.isTextual()
          && !INITS_THAT_LEAVE_THE_BASE_ALONE.contains(init.textValue())) {
        throw wrong(
            "init_lora_weights",
            "is %s, which alters the base's weights too; convert the adapter to plain LoRA with"
                + " PEFT's save_pretrained(path_initial_model_for_weight_conversion=…)",
            init);
      }
      String kind = text("kind");
      if ((type == PeftType.COLA) == (kind == null)) {
        throw wrong(
            "kind", type == PeftType.COLA ? "is missing" : "belongs to peft_type COLA, not LORA");
      }
      PeftConfig config =
          new PeftConfig(
              type,
              kind,
              text("task_type"),
              type == PeftType.LORA ? rank("r", json.get("r"), 8) : 0,
              number("lora_alpha", json.get("lora_alpha"), type == PeftType.LORA ? 8 : 1),
              number("lora_dropout", json.get("lora_dropout"), 0),
              targetModules(),
              names("modules_to_save"),
              flag("use_rslora"),
              rankPattern(),
              alphaPattern(),
              flag("fan_in_fan_out"),
              text("base_model_name_or_path"),
              options());
      return new Found(
          config,
          json.properties().stream()
              .anyMatch(e -> NARROWING.contains(e.getKey()) && isOn(e.getValue())));
    }

    private Map<String, String> options() {
      Map<String, String> options = new TreeMap<>();
      JsonNode object = json.get("options");
      if (object == null || object.isNull()) {
        return options;
      }
      require("options", object, JsonNode::isObject, "an object");
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        options.put(
            entry.getKey(),
            require("options", entry.getValue(), JsonNode::isTextual, "a text").textValue());
      }
      return options;
    }

    private PeftType peftType() {
      String found = text("peft_type");
      for (PeftType type : PeftType.values()) {
        if (type.name().equals(found)) {
          return type;
        }
      }
      throw wrong("peft_type", "is %s, and only LORA and COLA adapters are read", found);
    }

    /** Null, false and what is empty is how PEFT writes that a feature is not in use. */
    private static boolean isOn(JsonNode value) {
      return !(value.isNull()
          || value.isBoolean() && !value.booleanValue()
          || value.isContainerNode() && value.isEmpty());
    }

    private TargetModules targetModules() {
      JsonNode targets = json.get("target_modules");
      if (targets != null && targets.isTextual()) {
        return new TargetModules.Pattern(targets.textValue());
      }
      if (targets == null || targets.isNull()) {
        throw wrong("target_modules", "is missing");
      }
      return new TargetModules.Names(names("target_modules"));
    }

    private List<String> names(String key) {
      List<String> names = new ArrayList<>();
      JsonNode list = json.get(key);
      if (list == null || list.isNull()) {
        return names;
      }
      if (!list.isArray()) {
        throw wrong(key, "is %s, where a list of module names belongs", list);
      }
      for (JsonNode name : list) {
        names.add(require(key, name, JsonNode::isTextual, "a module name").textValue());
      }
      return names;
    }

    private Map<String, Integer> rankPattern() {
      Map<String, Integer> ranks = new LinkedHashMap<>();
      patterns("rank_pattern")
          .forEach((key, node) -> ranks.put(key, rank("rank_pattern", node, 0)));
      return ranks;
    }

    private Map<String, Double> alphaPattern() {
      Map<String, Double> alphas = new LinkedHashMap<>();
      patterns("alpha_pattern")
          .forEach((key, node) -> alphas.put(key, number("alpha_pattern", node, 0)));
      return alphas;
    }

    private Map<String, JsonNode> patterns(String key) {
      Map<String, JsonNode> patterns = new LinkedHashMap<>();
      JsonNode object = json.get(key);
      if (object == null || object.isNull()) {
        return patterns;
      }
      require(key, object, JsonNode::isObject, "an object");
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        try {
          Pattern.compile(entry.getKey());
        } catch (PatternSyntaxException e) {
          throw wrong(key, "holds '%s', which is no regular expression", entry.getKey());
        }
        require(key, entry.getValue(), JsonNode::isNumber, "a number");
        patterns.put(entry.getKey(), entry.getValue());
      }
      return patterns;
    }

    private String text(String key) {
      JsonNode node = json.get(key);
      return node == null || node.isNull()
          ? null
          : require(key, node, JsonNode::isTextual, "a text").textValue();
    }

    private boolean flag(String key) {
      JsonNode node = json.get(key);
      return node != null
          && !node.isNull()
          && require(key, node, JsonNode::isBoolean, "true or false").booleanValue();
    }

    private int rank(String key, JsonNode node, int otherwise) {
      return node == null || node.isNull()
          ? otherwise
          : require(key, node, n -> n.isInt() && n.intValue() > 0, "a whole number from 1 up")
              .intValue();
    }

    private double number(String key, JsonNode node, double otherwise) {
      return node == null || node.isNull()
          ? otherwise
          : require(key, node, n -> n.isNumber() && Double.isFinite(n.doubleValue()), "a number")
              .doubleValue();
    }

    private JsonNode require(String key, JsonNode node, Predicate<JsonNode> is, String what) {
      if (!is.test(node)) {
        throw wrong(key, "is or holds %s, where %s belongs", node, what);
      }
      return node;
    }

    private CheckpointException wrong(String key, String problem, Object... arguments) {
      return new CheckpointException(file, key + " " + problem.formatted(arguments));
    }
  }
}
