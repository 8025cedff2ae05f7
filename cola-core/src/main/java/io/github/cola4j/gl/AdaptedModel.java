package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.TargetMatching;
import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.Problem;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.TargetModules;
import io.github.cola4j.tensor.SeededRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A frozen model with adapters at its sites; owns the adapters, not the model. */
public final class AdaptedModel implements AutoCloseable {
  private final NDManager manager;
  private final BaseModel model;
  private final List<Site> sites = new ArrayList<>();
  private MergedWeights merged; // null: adapters are evaluated

  private AdaptedModel(NDManager parent, BaseModel model) {
    this.manager = parent.newSubManager();
    this.model = model;
  }

  /**
   * Fresh adapters as a spec asks for them.
   *
   * @param parent whose device the adapters live on
   * @throws SpecException if targets match nothing, or the rows may be longer than the model can
   *     take
   */
  public static AdaptedModel fresh(NDManager parent, BaseModel model, RunSpec spec) {
    AdaptedModel adapted = new AdaptedModel(parent, model);
    try {
      adapted.place(spec);
    } catch (RuntimeException e) {
      adapted.close();
      throw e;
    }
    return adapted;
  }

  /**
   * The adapters of a PEFT folder.
   *
   * @param parent whose device the adapters live on
   * @throws ModelException if they were made for another model
   */
  public static AdaptedModel stored(NDManager parent, BaseModel model, PeftAdapter adapter) {
    AdaptedModel adapted = new AdaptedModel(parent, model);
    try {
      adapted.sites.addAll(PeftSites.load(adapted.manager, adapter, model));
    } catch (RuntimeException e) {
      adapted.close();
      throw e;
    }
    return adapted;
  }

  /** The model as it is. */
  public static AdaptedModel bare(NDManager parent, BaseModel model) {
    return new AdaptedModel(parent, model);
  }

  private void place(RunSpec spec) {
    Map<String, Linear> modules = PeftSites.modules(model);
    Set<String> head = headSites();
    Set<String> candidates = new LinkedHashSet<>(modules.keySet());
    candidates.removeAll(head);
    AdapterSpec asked = spec.adapter();
    TargetModules targets = targets(asked);
    requireBuilt(asked);
    List<String> matched =
        TargetMatching.match(targets, asked.sites().layersToTransform(), candidates);

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
    requirePositions(spec, "data.max_length", spec.data().maxLength(), problems);
    spec.data()
        .maxTargetLength()
        .ifPresent(most -> requirePositions(spec, "data.max_target_length", most, problems));
    if (spec.evaluation().isPresent() && spec.evaluation().get().generate()) {
      // Behind the decoder's start token.
      int most = spec.generation().orElseThrow().maxNewTokens();
      if (most >= model.maxTokens()) {
        problems.add(
            spec.problem(
                "generation.max_new_tokens",
                most
                    + " and a start token are more than the base's "
                    + model.maxTokens()
                    + " positions",
                "write at most " + (model.maxTokens() - 1)));
      }
    }
    if (!problems.isEmpty()) {
      throw new SpecException(problems);
    }
    for (Linear module : modules.values()) {
      if (head.contains(module.name())) {
        boolean biased = module.bias() != null;
        sites.add(
            new Site(module, LinearAdapter.fresh(manager, module.in(), module.out(), biased)));
      } else if (matched.contains(module.name())) {
        sites.add(new Site(module, adapter(asked, module, spec.training().seed())));
      }
    }
  }

  private void requirePositions(RunSpec spec, String key, int length, List<Problem> problems) {
    if (length > model.maxTokens()) {
      problems.add(
          spec.problem(
              key,
              length + " is more than the base's " + model.maxTokens() + " positions",
              "write at most " + model.maxTokens()));
    }
  }

  private TargetModules targets(AdapterSpec asked) {
    return asked
        .sites()
        .targetModules()
        .orElseGet(() -> new TargetModules.Named(model.defaultTargets()));
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

  /** Stands in for what a spec can ask for already. */
  private static void requireBuilt(AdapterSpec asked) {
    boolean dense =
        asked instanceof AdapterSpec.LowRank lowRank
            && lowRank.loraDropout() == 0
            && lowRank.rankPattern().isEmpty()
            && lowRank.alphaPattern().isEmpty();
    boolean everywhere =
        asked.sites().excludeModules().isEmpty() && asked.sites().layersPattern().isEmpty();
    if (!everywhere || !dense && !(asked instanceof AdapterSpec.Linear)) {
      throw new IllegalStateException("not built yet: " + asked);
    }
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
    AdapterSpec.Linear linear = (AdapterSpec.Linear) asked;
    return LinearAdapter.fresh(manager, module.in(), module.out(), linear.bias());
  }

  private static double scale(AdapterSpec.LowRank lowRank) {
    return lowRank.loraAlpha() / (lowRank.useRslora() ? Math.sqrt(lowRank.r()) : lowRank.r());
  }

  /** Whether all adapters can be merged. */
  public boolean mergeable() {
    return sites.stream().allMatch(site -> site.adapter().mergeable());
  }

  /** From now on the base's weights contain the adapters; {@link #merge} brings them up to date. */
  public void keepMerged() {
    merged = new MergedWeights(manager, sites);
  }

  /**
   * Brings merged weights up to date with the adapters; nothing to do where adapters are evaluated.
   */
  public void merge() {
    if (merged != null) {
      merged.merge();
    }
  }

  /** The base's linear modules with the adapters, for a pass. */
  public AdaptedLinears linears() {
    return new AdaptedLinears(sites, merged != null);
  }

  /** Parent of what shall live as long as the adapters. */
  public NDManager manager() {
    return manager;
  }

  /** The frozen model. */
  public BaseModel model() {
    return model;
  }

  /** The adapted modules. */
  public List<Site> sites() {
    return sites;
  }

  /** The number of values that are fitted. */
  public long trainableParameters() {
    return sites.stream()
        .flatMap(site -> site.adapter().parameters().values().stream())
        .mapToLong(NDArray::size)
        .sum();
  }

  /**
   * The adapters as a PEFT folder holds them.
   *
   * @param baseName what {@code base_model_name_or_path} shall say
   * @param task PEFT's word for the task
   */
  public PeftAdapter export(AdapterSpec asked, String baseName, String task) {
    io.github.cola4j.checkpoint.TargetModules targets = exportedTargets(asked);
    PeftConfig config;
    if (asked instanceof AdapterSpec.LowRank lowRank) {
      config =
          PeftConfig.lora(
                  baseName, task, lowRank.r(), lowRank.loraAlpha(), targets, model.headModules())
              .with(lowRank.useRslora(), model.fanInFanOut());
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
        && asked.sites().layersToTransform().isEmpty()
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
    manager.close();
  }
}
