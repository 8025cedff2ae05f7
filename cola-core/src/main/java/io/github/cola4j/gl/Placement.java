package io.github.cola4j.gl;

import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.AdapterException;
import io.github.cola4j.adapter.AdapterKinds;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.ModuleShape;
import io.github.cola4j.adapter.TargetMatching;
import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.Linear;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.Problem;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SitesSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.TargetModules;
import io.github.cola4j.tensor.SeededRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which modules of a base become sites, and with which fresh adapters, as a spec asks for it. */
final class Placement {
  private final BaseModel model;
  private final RunSpec spec;
  private final ModuleShapes shapes;
  private final NDManager manager;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, SortedMap<Integer, Adapter>> adapters = new LinkedHashMap<>();

  /**
   * @param manager owner of the adapters
   */
  Placement(NDManager manager, ModuleShapes shapes, BaseModel model, RunSpec spec) {
    this.manager = manager;
    this.shapes = shapes;
    this.model = model;
    this.spec = spec;
    model.modules().forEach(module -> adapters.put(module.name(), new TreeMap<>()));
  }

  /** The paths of all modules but the head. */
  static List<String> candidates(BaseModel model) {
    Set<String> head = head(model);
    return model.modules().stream()
        .map(BaseModule::name)
        .filter(name -> !head.contains(name))
        .toList();
  }

  static Set<String> head(BaseModel model) {
    return model.head().stream().map(Linear::name).collect(Collectors.toSet());
  }

  static Set<String> linear(BaseModel model) {
    return model.modules().stream()
        .filter(module -> module instanceof Linear)
        .map(BaseModule::name)
        .collect(Collectors.toSet());
  }

  /** The targets, PEFT's for the architecture where a spec names none. */
  static TargetModules targets(BaseModel model, SitesSpec sites) {
    return sites.targetModules().orElseGet(() -> new TargetModules.Named(model.defaultTargets()));
  }

  /**
   * Places one user's adapters.
   *
   * @param user the user's number
   * @param name of the user, from which the first weights are drawn; empty for an only one, who
   *     draws what a run without users draws
   * @param key where the spec asks for them: {@code adapter}, or {@code users.list.ann.adapter}
   * @param config of the adapters, for ranks and alphas
   */
  void place(int user, String name, String key, AdapterSpec asked, PeftConfig config) {
    SitesSpec sites = asked.sites();
    TargetModules targets = targets(model, sites);
    List<String> candidates = candidates(model);
    List<String> matched = TargetMatching.match(targets, sites, candidates, linear(model));
    int before = problems.size();
    for (String missing : TargetMatching.withoutMatch(targets, candidates)) {
      Optional<String> obstacle =
          model.obstacles().keySet().stream()
              .filter(path -> TargetMatching.endsIn(path, missing))
              .findFirst();
      if (obstacle.isPresent()) {
        problem(
            key + ".target_modules",
            "the module " + obstacle.get() + " cannot be adapted",
            model.obstacles().get(obstacle.get()));
        continue;
      }
      problem(
          key + ".target_modules",
          "no module of the base is named \"" + missing + "\"",
          NearMiss.advice(missing, lastNames(candidates)));
    }
    requireLayers(key, sites, candidates);
    if (problems.size() == before && matched.isEmpty()) {
      noMatch(key, targets, sites, candidates);
    }
    Set<String> head = head(model);
    for (BaseModule module : model.modules()) {
      String seed = module.name() + (name.isEmpty() ? "" : "@" + name);
      if (head.contains(module.name())) {
        boolean biased = module.bias() != null;
        adapters
            .get(module.name())
            .put(user, LinearAdapter.fresh(manager, shapes.of(module).whole(), biased));
      } else if (matched.contains(module.name())) {
        place(user, key, asked, config, module, seed);
      }
    }
  }

  private void place(
      int user, String key, AdapterSpec asked, PeftConfig config, BaseModule module, String seed) {
    ModuleShape shape = shapes.of(module);
    try {
      Adapter adapter =
          AdapterKinds.fresh(
              manager,
              asked,
              config,
              module.name(),
              shape,
              SeededRandom.of(spec.training().seed(), seed));
      adapters.get(module.name()).put(user, adapter);
    } catch (AdapterException e) {
      problem(key + ".kind", "cannot be made", e.getMessage());
    }
  }

  /** Asks that rows of the lengths that the spec names fit into the model. */
  void requireRoom() {
    requirePositions("data.max_length", spec.data().maxLength());
    spec.data()
        .maxTargetLength()
        .ifPresent(most -> requirePositions("data.max_target_length", most));
    if (spec.evaluation().isPresent() && spec.evaluation().get().generate()) {
      // Behind the decoder's start token.
      int most = spec.generation().orElseThrow().maxNewTokens();
      if (most >= model.maxTokens()) {
        problem(
            "generation.max_new_tokens",
            most
                + " and a start token are more than the base's "
                + model.maxTokens()
                + " positions",
            "write at most " + (model.maxTokens() - 1));
      }
    }
  }

  private void requirePositions(String key, int length) {
    if (length > model.maxTokens()) {
      problem(
          key,
          length + " is more than the base's " + model.maxTokens() + " positions",
          "write at most " + model.maxTokens());
    }
  }

  /**
   * The sites.
   *
   * @throws SpecException with all that is wrong
   */
  List<Site> sites() {
    List<Site> sites =
        model.modules().stream()
            .filter(module -> !adapters.get(module.name()).isEmpty())
            .map(module -> new Site(module, adapters.get(module.name())))
            .toList();
    if (problems.isEmpty() && spec.gradientLearning().merged()) {
      sites.forEach(
          site ->
              MergedWeights.obstacle(site)
                  .ifPresent(
                      why ->
                          problem(
                              "gradient_learning.merged",
                              why,
                              "write merged: false, or leave that module out of the targets")));
    }
    if (!problems.isEmpty()) {
      throw new SpecException(problems.stream().distinct().toList());
    }
    return sites;
  }

  private void requireLayers(String key, SitesSpec sites, Collection<String> modules) {
    SortedSet<Integer> there = TargetMatching.layers(sites, modules);
    for (int layer : sites.layersToTransform()) {
      if (!there.contains(layer)) {
        problem(
            key + ".layers_to_transform",
            "the base has no layer " + layer,
            there.isEmpty()
                ? "its modules lie in no numbered layers; remove it"
                : "its layers are " + there.first() + " to " + there.last());
      }
    }
  }

  private void noMatch(
      String key, TargetModules targets, SitesSpec sites, Collection<String> modules) {
    if (TargetMatching.match(targets, SitesSpec.DEFAULT, modules, linear(model)).isEmpty()
        && targets instanceof TargetModules.AllLinear) {
      problem(
          key + ".target_modules",
          "all-linear matches nothing: the base has no linear module",
          "name modules, such as " + modules.iterator().next());
    } else if (targets instanceof TargetModules.Matching matching
        && TargetMatching.match(targets, SitesSpec.DEFAULT, modules, linear(model)).isEmpty()) {
      problem(
          key + ".target_modules",
          "the pattern \"" + matching.regex() + "\" matches no module of the base",
          noList(matching.regex(), modules)
              .orElseGet(
                  () ->
                      "a pattern must match a whole path, such as "
                          + modules.stream()
                              .filter(linear(model)::contains)
                              .findFirst()
                              .orElseThrow()));
    } else if (sites.excludeModules().isPresent()) {
      problem(key + ".exclude_modules", "leaves no target", "exclude fewer modules");
    } else {
      problem(
          key + ".layers_to_transform",
          "no target lies in these layers",
          "layers are counted from 0");
    }
  }

  /** What to write where names were meant, which stand in a list, or the word for all modules. */
  private static Optional<String> noList(String pattern, Collection<String> modules) {
    if (!NearMiss.of(pattern, List.of("all-linear")).isEmpty()) {
      return Optional.of("did you mean all-linear?");
    }
    List<String> names = List.of(pattern.split("[,\\s]+"));
    return lastNames(modules).containsAll(names)
        ? Optional.of("names stand in a list: [" + String.join(", ", names) + "]")
        : Optional.empty();
  }

  private static List<String> lastNames(Collection<String> modules) {
    return List.copyOf(
        modules.stream()
            .map(m -> m.substring(m.lastIndexOf('.') + 1))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private void problem(String key, String found, String fix) {
    problems.add(spec.problem(key, found, fix));
  }
}
