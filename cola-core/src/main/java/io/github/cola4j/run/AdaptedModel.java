package io.github.cola4j.run;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.TargetMatching;
import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.gl.AdaptedLinears;
import io.github.cola4j.gl.MergedWeights;
import io.github.cola4j.gl.PeftSites;
import io.github.cola4j.gl.Site;
import io.github.cola4j.model.EncoderClassifier;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.model.SequenceClassifier;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.Problem;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.TargetModules;
import io.github.cola4j.tensor.SeededRandom;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A frozen base with adapters at its sites, and the owner of both. */
final class AdaptedModel implements AutoCloseable {
  private final NDManager manager;
  private final Weights weights;
  private final SequenceClassifier model;
  private final List<Site> sites = new ArrayList<>();
  private MergedWeights merged; // null: adapters are evaluated

  private AdaptedModel(BaseFolder base, Device device, int classes, long seed) {
    weights = base.weights();
    manager = Torch.newManager(device);
    try {
      model = load(base.config(), classes, seed);
    } catch (RuntimeException e) {
      weights.close();
      manager.close();
      throw e instanceof ModelException ? ofBase(base, e) : e;
    }
  }

  /**
   * Fresh adapters as a spec asks for them.
   *
   * @throws SpecException if targets match nothing, or the rows may be longer than the base can
   *     take
   */
  static AdaptedModel fresh(RunSpec spec, BaseFolder base, Device device, int classes) {
    AdaptedModel adapted = new AdaptedModel(base, device, classes, spec.training().seed());
    try {
      adapted.place(spec);
    } catch (RuntimeException e) {
      adapted.close();
      throw e;
    }
    return adapted;
  }

  /** The adapters of a PEFT folder. */
  static AdaptedModel stored(PeftAdapter adapter, BaseFolder base, Device device, int classes) {
    AdaptedModel adapted = new AdaptedModel(base, device, classes, 0);
    try {
      adapted.sites.addAll(PeftSites.load(adapted.manager, adapter, adapted.model));
    } catch (RuntimeException e) {
      adapted.close();
      throw e;
    }
    return adapted;
  }

  private static ModelException ofBase(BaseFolder base, RuntimeException problem) {
    ModelException named = new ModelException(base.folder() + ": " + problem.getMessage());
    named.initCause(problem);
    return named;
  }

  private SequenceClassifier load(JsonNode config, int classes, long seed) {
    String type = config.path("model_type").asText();
    return switch (type) {
      case "bert", "roberta" -> EncoderClassifier.load(manager, config, weights, classes, seed);
      default ->
          throw new ModelException(
              (type.isEmpty()
                      ? "config.json names no model_type"
                      : "config.json names the model_type \"" + type + "\"")
                  + "; supported are bert and roberta");
    };
  }

  private void place(RunSpec spec) {
    Map<String, Linear> modules = PeftSites.modules(model);
    Set<String> head = headSites();
    Set<String> candidates = new LinkedHashSet<>(modules.keySet());
    candidates.removeAll(head);
    AdapterSpec asked = spec.adapter();
    TargetModules targets = targets(asked);
    List<String> matched = TargetMatching.match(targets, asked.layersToTransform(), candidates);

    List<Problem> problems = new ArrayList<>();
    for (String name : TargetMatching.withoutMatch(targets, candidates)) {
      problems.add(
          spec.problem(
              "adapter.target_modules",
              "no module of the base is named \"" + name + "\"",
              NearMiss.advice(name, lastNames(candidates))));
    }
    if (problems.isEmpty() && matched.isEmpty()) {
      problems.add(noMatch(spec, targets, candidates));
    }
    if (spec.data().maxLength() > model.maxTokens()) {
      problems.add(
          spec.problem(
              "data.max_length",
              spec.data().maxLength()
                  + " is more than the base's "
                  + model.maxTokens()
                  + " positions",
              "write at most " + model.maxTokens()));
    }
    if (!problems.isEmpty()) {
      throw new SpecException(problems);
    }
    for (Linear module : modules.values()) {
      if (head.contains(module.name())) {
        sites.add(new Site(module, LinearAdapter.fresh(manager, module.in(), module.out(), true)));
      } else if (matched.contains(module.name())) {
        sites.add(new Site(module, adapter(asked, module, spec.training().seed())));
      }
    }
  }

  private TargetModules targets(AdapterSpec asked) {
    return asked.targetModules().orElseGet(() -> new TargetModules.Named(model.defaultTargets()));
  }

  private static Problem noMatch(RunSpec spec, TargetModules targets, Collection<String> modules) {
    if (targets instanceof TargetModules.Matching matching) {
      return spec.problem(
          "adapter.target_modules",
          "the pattern \"" + matching.regex() + "\" matches no module of the base",
          "a pattern must match a whole path, such as " + modules.iterator().next());
    }
    return spec.problem(
        "adapter.layers_to_transform",
        "no target lies in these layers",
        "layers are counted from 0");
  }

  private static List<String> lastNames(Collection<String> modules) {
    return List.copyOf(
        modules.stream()
            .map(m -> m.substring(m.lastIndexOf('.') + 1))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private Adapter adapter(AdapterSpec asked, Linear module, long seed) {
    if (asked instanceof AdapterSpec.LowRank lowRank) {
      return LowRank.fresh(
          manager,
          module.in(),
          module.out(),
          lowRank.r(),
          scale(lowRank),
          SeededRandom.of(seed, module.name()));
    }
    return LinearAdapter.fresh(manager, module.in(), module.out(), false);
  }

  private static double scale(AdapterSpec.LowRank lowRank) {
    return lowRank.loraAlpha() / (lowRank.useRslora() ? Math.sqrt(lowRank.r()) : lowRank.r());
  }

  /** From now on the base's weights contain the adapters; {@link #merge} brings them up to date. */
  void keepMerged() {
    merged = new MergedWeights(manager, sites);
  }

  /**
   * Brings merged weights up to date with the adapters; nothing to do where adapters are evaluated.
   */
  void merge() {
    if (merged != null) {
      merged.merge();
    }
  }

  /** The base's linear modules with the adapters, for a pass. */
  AdaptedLinears linears() {
    return new AdaptedLinears(sites, merged != null);
  }

  NDManager manager() {
    return manager;
  }

  SequenceClassifier model() {
    return model;
  }

  List<Site> sites() {
    return sites;
  }

  /** The number of values that are fitted. */
  long trainableParameters() {
    return sites.stream()
        .flatMap(site -> site.adapter().parameters().values().stream())
        .mapToLong(NDArray::size)
        .sum();
  }

  /**
   * The adapters as a PEFT folder holds them.
   *
   * @param baseName what {@code base_model_name_or_path} shall say
   */
  PeftAdapter export(AdapterSpec asked, String baseName) {
    io.github.cola4j.checkpoint.TargetModules targets = exportedTargets(asked);
    String task = "SEQ_CLS";
    PeftConfig config;
    if (asked instanceof AdapterSpec.LowRank lowRank) {
      PeftConfig lora =
          PeftConfig.lora(
              baseName, task, lowRank.r(), lowRank.loraAlpha(), targets, model.headModules());
      config = lowRank.useRslora() ? lora.withRslora() : lora;
    } else {
      config = PeftConfig.cola("linear", baseName, task, 1, targets, model.headModules());
    }
    return PeftSites.export(manager, config, sites, headSites());
  }

  /**
   * As the user wrote them where that says the same to PEFT; else the sites' full paths, which
   * nothing else can match.
   */
  private io.github.cola4j.checkpoint.TargetModules exportedTargets(AdapterSpec asked) {
    TargetModules targets = targets(asked);
    if (targets instanceof TargetModules.Named named
        && asked.layersToTransform().isEmpty()
        && headSites().stream()
            .noneMatch(
                site -> named.names().stream().anyMatch(n -> TargetMatching.endsIn(site, n)))) {
      return new io.github.cola4j.checkpoint.TargetModules.Names(named.names());
    }
    if (targets instanceof TargetModules.Matching matching) {
      return new io.github.cola4j.checkpoint.TargetModules.Pattern(matching.regex());
    }
    Set<String> head = headSites();
    return new io.github.cola4j.checkpoint.TargetModules.Names(
        sites.stream().map(Site::name).filter(name -> !head.contains(name)).toList());
  }

  private Set<String> headSites() {
    return model.head().stream().map(Linear::name).collect(Collectors.toSet());
  }

  @Override
  public void close() {
    model.close();
    weights.close();
    manager.close();
  }
}
