package io.github.cola4j.spec;

import java.util.List;
import java.util.Optional;

/**
 * Which modules of the base are sites; the keys stand in {@code adapter}, and they and their rules
 * are PEFT's.
 *
 * @param targetModules {@code target_modules}: which modules; empty by default: the ones that PEFT
 *     takes for the base's architecture
 * @param excludeModules {@code exclude_modules}: which of these not, a list of names or a pattern;
 *     none by default
 * @param layersToTransform {@code layers_to_transform}: only modules of these layers, counted from
 *     0; beside a list of names only. Empty by default: all layers
 * @param layersPattern {@code layers_pattern}: regular expressions of what stands before a layer's
 *     number in the path of a module, {@code layers} or {@code h}; beside {@code
 *     layers_to_transform} only. Empty by default: any name
 */
public record SitesSpec(
    Optional<TargetModules> targetModules,
    Optional<TargetModules> excludeModules,
    List<Integer> layersToTransform,
    List<String> layersPattern) {
  /** What PEFT takes for the base, in all layers. */
  public static final SitesSpec DEFAULT =
      new SitesSpec(Optional.empty(), Optional.empty(), List.of(), List.of());

  /**
   * @param like the sites that these take after where they say nothing
   */
  static SitesSpec read(Section adapter, SitesSpec like) {
    Optional<TargetModules> targets =
        orLike(adapter, "target_modules", TargetModules.TYPE, like.targetModules);
    Optional<TargetModules> excluded =
        orLike(adapter, "exclude_modules", TargetModules.EXCLUDED, like.excludeModules);
    // A pattern says itself in which layers it matches, so it takes over no layers.
    boolean named = targets.map(t -> t instanceof TargetModules.Named).orElse(true);
    List<Integer> layers =
        listOrLike(
            adapter,
            "layers_to_transform",
            Type.oneOrMore(Type.whole(Range.atLeast(0))),
            named ? like.layersToTransform : List.of());
    List<String> pattern =
        listOrLike(
            adapter,
            "layers_pattern",
            Type.oneOrMore(Type.pattern("layers or h")),
            named && !layers.isEmpty() ? like.layersPattern : List.of());
    // PEFT's LoraConfig refuses these, so the adapter could not be loaded there.
    if (!layers.isEmpty() && !named) {
      adapter.problem(
          "layers_to_transform",
          "cannot stand beside target_modules as a pattern or all-linear",
          "give target_modules as a list, or name the layers in the pattern");
    }
    if (!pattern.isEmpty() && !named) {
      adapter.problem(
          "layers_pattern",
          "cannot stand beside target_modules as a pattern or all-linear",
          "give target_modules as a list, or name the layers in the pattern");
    } else if (!pattern.isEmpty() && !adapter.gives("layers_to_transform") && layers.isEmpty()) {
      adapter.problem(
          "layers_pattern",
          "says where the numbers of layers_to_transform stand, and there are none",
          "write layers_to_transform: [0, 1] as well, or remove it");
    }
    return new SitesSpec(targets, excluded, layers, pattern);
  }

  private static <T> Optional<T> orLike(
      Section adapter, String key, Type<T> type, Optional<T> like) {
    return like.map(usual -> Optional.of(adapter.value(key, type, usual)))
        .orElseGet(() -> adapter.optional(key, type));
  }

  private static <T> List<T> listOrLike(
      Section adapter, String key, Type<List<T>> type, List<T> like) {
    return orLike(adapter, key, type, Optional.of(like).filter(usual -> !usual.isEmpty()))
        .orElse(List.of());
  }
}
