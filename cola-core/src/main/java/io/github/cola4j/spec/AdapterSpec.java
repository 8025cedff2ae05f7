package io.github.cola4j.spec;

import java.util.List;
import java.util.Optional;

/**
 * The section {@code adapter}: what is fitted at each site. Which kind is said by {@code kind}:
 * {@code low-rank} (the default) or {@code linear}.
 */
public sealed interface AdapterSpec {
  /**
   * {@code target_modules}: which modules of the base are sites; PEFT's key and rules. Empty by
   * default: the ones that PEFT takes for the base's architecture.
   */
  Optional<TargetModules> targetModules();

  /**
   * {@code layers_to_transform}: the numbers of the layers that have sites, counted from 0; PEFT's
   * key. Empty by default: all layers.
   */
  List<Integer> layersToTransform();

  /**
   * {@code kind: low-rank}: α·B·A with A {@code [r, in]} and B {@code [out, r]}; PEFT's LoRA.
   *
   * @param r {@code r}: the rank; PEFT's {@code r}; default 8
   * @param loraAlpha {@code lora_alpha}: α is this divided by r; PEFT's {@code lora_alpha}; default
   *     8, as in PEFT
   * @param useRslora {@code use_rslora}: α is lora_alpha divided by √r instead; PEFT's {@code
   *     use_rslora}; default false
   */
  record LowRank(
      int r,
      int loraAlpha,
      boolean useRslora,
      Optional<TargetModules> targetModules,
      List<Integer> layersToTransform)
      implements AdapterSpec {
    private static LowRank read(Section adapter) {
      int r = adapter.value("r", Type.whole(Range.atLeast(1)), 8);
      int loraAlpha = adapter.value("lora_alpha", Type.whole(Range.atLeast(1)), 8);
      boolean useRslora = adapter.value("use_rslora", Type.flag(), false);
      Optional<TargetModules> targets = targets(adapter);
      return new LowRank(r, loraAlpha, useRslora, targets, layers(adapter, targets));
    }
  }

  /** {@code kind: linear}: a full matrix W {@code [out, in]} with α = 1. */
  record Linear(Optional<TargetModules> targetModules, List<Integer> layersToTransform)
      implements AdapterSpec {
    private static Linear read(Section adapter) {
      Optional<TargetModules> targets = targets(adapter);
      return new Linear(targets, layers(adapter, targets));
    }
  }

  /** The words for the kinds. */
  enum Kind {
    LOW_RANK,
    LINEAR
  }

  static AdapterSpec read(Section adapter) {
    return switch (adapter.variant("kind", Type.choice(Kind.class), Kind.LOW_RANK)) {
      case LOW_RANK -> LowRank.read(adapter);
      case LINEAR -> Linear.read(adapter);
    };
  }

  private static Optional<TargetModules> targets(Section adapter) {
    return adapter.optional("target_modules", TargetModules.TYPE);
  }

  private static List<Integer> layers(Section adapter, Optional<TargetModules> targets) {
    Optional<List<Integer>> layers =
        adapter.optional("layers_to_transform", Type.oneOrMore(Type.whole(Range.atLeast(0))));
    if (layers.isPresent()
        && targets.isPresent()
        && !(targets.get() instanceof TargetModules.Named)) {
      // PEFT refuses this in LoraConfig, so the adapter could not be loaded there.
      adapter.problem(
          "layers_to_transform",
          "cannot stand beside target_modules as a pattern or all-linear",
          "give target_modules as a list, or name the layers in the pattern");
    }
    return layers.orElse(List.of());
  }
}
