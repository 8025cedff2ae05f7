package io.github.cola4j.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What {@code adapter_config.json} says, in PEFT's own words.
 *
 * @param peftType whether the adapters are PEFT's LoRA or of a kind that only this project has
 * @param kind with {@code COLA}, which: {@code linear}, {@code mlp}, …; null with {@code LORA}
 * @param taskType {@code SEQ_CLS}, {@code CAUSAL_LM}, …; may be null
 * @param r rank of the low-rank adapters; 0 with {@code COLA}
 * @param loraAlpha numerator of the scaling; with {@code COLA} the scaling itself
 * @param loraDropout dropout of the adapter's input while training
 * @param targetModules where the adapters sit
 * @param modulesToSave names of modules that are stored whole beside the adapters; may be empty
 * @param useRslora whether low-rank adapters are scaled by alpha / √r instead of alpha / r
 * @param rankPattern ranks of their own for module names that match a regular expression
 * @param alphaPattern alphas of their own, likewise
 * @param fanInFanOut whether the base stores its weights as [in, out], as GPT-2 does
 * @param baseModelNameOrPath name of the base: a hub name stays, of a path only the last part; may
 *     be null
 * @param options with {@code COLA}, what an adapter of the kind needs to know beside its tensors:
 *     the {@code activation} of an {@code mlp}
 */
public record PeftConfig(
    PeftType peftType,
    String kind,
    String taskType,
    int r,
    double loraAlpha,
    double loraDropout,
    TargetModules targetModules,
    List<String> modulesToSave,
    boolean useRslora,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern,
    boolean fanInFanOut,
    String baseModelNameOrPath,
    Map<String, String> options) {

  /** The {@code peft_type}. */
  public enum PeftType {
    LORA,
    COLA
  }

  private static final Pattern HUB_NAME = Pattern.compile("[A-Za-z0-9][\\w.-]*/[\\w.-]*\\w");

  public PeftConfig {
    if ((peftType == PeftType.COLA) == (kind == null)) {
      throw new IllegalArgumentException("a kind belongs to COLA, and to it alone: " + kind);
    }
    if (peftType == PeftType.LORA && r < 1) {
      throw new IllegalArgumentException("r is " + r + ", a rank is at least 1");
    }
    modulesToSave = modulesToSave.stream().distinct().toList();
    // The first pattern that matches counts, so their order is kept.
    rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
    alphaPattern = Collections.unmodifiableMap(new LinkedHashMap<>(alphaPattern));
    baseModelNameOrPath = bareName(baseModelNameOrPath);
    options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /** Low-rank adapters without any of PEFT's extras. */
  public static PeftConfig lora(
      String base,
      String taskType,
      int r,
      double loraAlpha,
      TargetModules targetModules,
      List<String> modulesToSave) {
    return new PeftConfig(
        PeftType.LORA,
        null,
        taskType,
        r,
        loraAlpha,
        0,
        targetModules,
        modulesToSave,
        false,
        Map.of(),
        Map.of(),
        false,
        base,
        Map.of());
  }

  /** Adapters of a kind that PEFT does not have. */
  public static PeftConfig cola(
      String kind,
      Map<String, String> options,
      String base,
      String taskType,
      double alpha,
      TargetModules targetModules,
      List<String> modulesToSave) {
    return new PeftConfig(
        PeftType.COLA,
        kind,
        taskType,
        0,
        alpha,
        0,
        targetModules,
        modulesToSave,
        false,
        Map.of(),
        Map.of(),
        false,
        base,
        options);
  }

  /**
   * The same with other options.
   *
   * @param rslora whether they are scaled by alpha / √r
   * @param turned whether the base stores its weights as [in, out]
   */
  public PeftConfig with(boolean rslora, boolean turned) {
    return new PeftConfig(
        peftType,
        kind,
        taskType,
        r,
        loraAlpha,
        loraDropout,
        targetModules,
        modulesToSave,
        rslora,
        rankPattern,
        alphaPattern,
        turned,
        baseModelNameOrPath,
        options);
  }

  /**
   * The same with ranks and alphas of their own at some modules, and dropout.
   *
   * @param dropout of the adapters' inputs in training
   */
  public PeftConfig with(Map<String, Integer> ranks, Map<String, Double> alphas, double dropout) {
    return new PeftConfig(
        peftType,
        kind,
        taskType,
        r,
        loraAlpha,
        dropout,
        targetModules,
        modulesToSave,
        useRslora,
        ranks,
        alphas,
        fanInFanOut,
        baseModelNameOrPath,
        options);
  }

  /**
   * The same for a base of another name.
   *
   * @param name a hub name, or a name alone; of a path only the last part is kept
   */
  public PeftConfig withBase(String name) {
    return new PeftConfig(
        peftType,
        kind,
        taskType,
        r,
        loraAlpha,
        loraDropout,
        targetModules,
        modulesToSave,
        useRslora,
        rankPattern,
        alphaPattern,
        fanInFanOut,
        name,
        options);
  }

  /** The same with adapters elsewhere. */
  PeftConfig withTargetModules(TargetModules others) {
    return new PeftConfig(
        peftType,
        kind,
        taskType,
        r,
        loraAlpha,
        loraDropout,
        others,
        modulesToSave,
        useRslora,
        rankPattern,
        alphaPattern,
        fanInFanOut,
        baseModelNameOrPath,
        options);
  }

  /**
   * The rank at a module of the base, {@code rank_pattern} considered.
   *
   * @throws IllegalArgumentException for an expression that takes too long to match
   */
  public int rank(String path) {
    return matching(rankPattern, path, r);
  }

  /**
   * α at a module of the base: what its adapter's output is multiplied by.
   *
   * @throws IllegalArgumentException for an expression that takes too long to match
   */
  public double scaling(String path) {
    double alpha = matching(alphaPattern, path, loraAlpha);
    if (peftType == PeftType.COLA) {
      return alpha;
    }
    return useRslora ? alpha / Math.sqrt(rank(path)) : alpha / rank(path);
  }

  /** As PEFT's {@code get_pattern_key}: a whole name, or the end of one after a dot. */
  private static <T> T matching(Map<String, T> patterns, String path, T otherwise) {
    for (Map.Entry<String, T> entry : patterns.entrySet()) {
      if (BoundedMatch.matches("(.*\\.)?(" + entry.getKey() + ")", path)) {
        return entry.getValue();
      }
    }
    return otherwise;
  }

  private static String bareName(String nameOrPath) {
    if (nameOrPath == null || nameOrPath.isBlank()) {
      return null;
    }
    if (HUB_NAME.matcher(nameOrPath).matches()) {
      return nameOrPath;
    }
    String path = nameOrPath.replaceAll("[/\\\\]+$", "");
    String last = path.substring(1 + Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
    return last.isEmpty() || last.equals(".") || last.equals("..") ? null : last;
  }
}
