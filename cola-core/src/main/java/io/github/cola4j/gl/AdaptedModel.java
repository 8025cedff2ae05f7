package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.AdapterKinds;
import io.github.cola4j.adapter.TargetMatching;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SitesSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.TargetModules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A frozen model with adapters at its sites; owns the adapters, not the model. */
public final class AdaptedModel implements AutoCloseable {
  private final NDManager manager;
  private final ModuleShapes shapes;
  private final BaseModel model;
  private final List<Site> sites;
  private MergedWeights merged; // null: adapters are evaluated

  private AdaptedModel(
      NDManager parent, BaseModel model, Function<AdaptedModel, List<Site>> sites) {
    this.manager = parent.newSubManager();
    this.shapes = new ModuleShapes(manager);
    this.model = model;
    try {
      this.sites = sites.apply(this);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Adapters as a spec asks for them, for a run without users: fresh ones, or with the values that
   * training is to start from.
   *
   * @param parent whose device the adapters live on
   * @throws SpecException if targets match nothing, the rows may be longer than the model can take,
   *     or what training is to start from does not fit
   */
  public static AdaptedModel fresh(NDManager parent, BaseModel model, RunSpec spec) {
    return fresh(parent, model, spec, Map.of("", spec.adapter()));
  }

  /**
   * Fresh adapters of several users.
   *
   * @param parent whose device the adapters live on
   * @param users what each asks for, by name; their order gives their numbers, from 0
   * @throws SpecException as the other method
   */
  public static AdaptedModel fresh(
      NDManager parent, BaseModel model, RunSpec spec, Map<String, AdapterSpec> users) {
    return new AdaptedModel(
        parent,
        model,
        made -> {
          Placement placement = new Placement(made.manager, made.shapes, model, spec);
          int number = 0;
          for (Map.Entry<String, AdapterSpec> user : users.entrySet()) {
            String name = user.getKey();
            String key =
                spec.users().stream()
                    .flatMap(all -> all.list().stream())
                    .filter(listed -> listed.name().equals(name))
                    .map(listed -> listed.key() + ".adapter")
                    .findFirst()
                    .orElse("adapter");
            placement.place(
                number++,
                users.size() == 1 ? "" : name,
                key,
                user.getValue(),
                config(model, user.getValue(), "", "", null));
          }
          placement.requireRoom();
          List<Site> placed = placement.sites();
          spec.training()
              .startFrom()
              .ifPresent(
                  from -> WarmStart.apply(made.manager, made.shapes, model, placed, from, spec));
          return placed;
        });
  }

  /**
   * The adapters of a PEFT folder.
   *
   * @param parent whose device the adapters live on
   * @throws ModelException if they were made for another model
   */
  public static AdaptedModel stored(NDManager parent, BaseModel model, PeftAdapter adapter) {
    return new AdaptedModel(
        parent, model, made -> PeftSites.load(made.manager, made.shapes, adapter, model));
  }

  /**
   * The adapters of several users' PEFT folders.
   *
   * @param parent whose device the adapters live on
   * @param users their adapters; their order gives their numbers, from 0
   * @throws ModelException if one was made for another model
   */
  public static AdaptedModel stored(NDManager parent, BaseModel model, List<PeftAdapter> users) {
    return new AdaptedModel(
        parent,
        model,
        made -> {
          Map<BaseModule, SortedMap<Integer, Adapter>> adapters = new LinkedHashMap<>();
          for (int user = 0; user < users.size(); user++) {
            for (Site own : PeftSites.load(made.manager, made.shapes, users.get(user), model)) {
              adapters
                  .computeIfAbsent(own.module(), module -> new TreeMap<>())
                  .put(user, own.adapter());
            }
          }
          List<Site> sites = new ArrayList<>();
          adapters.forEach((module, own) -> sites.add(new Site(module, own)));
          return List.copyOf(sites);
        });
  }

  /** The model as it is. */
  public static AdaptedModel bare(NDManager parent, BaseModel model) {
    return new AdaptedModel(parent, model, made -> List.of());
  }

  /**
   * A module of the head that was drawn at random: neither the base's checkpoint has it, nor does
   * an adapter bring it.
   */
  public Optional<String> untrained() {
    Set<String> adapted = sites.stream().map(Site::name).collect(Collectors.toSet());
    return model.head().stream()
        .map(BaseModule::name)
        .filter(name -> !model.tensorNames().containsKey(name + ".weight"))
        .filter(name -> !adapted.contains(name))
        .findFirst();
  }

  /** Whether all adapters can be merged. */
  public boolean mergeable() {
    return sites.stream().allMatch(site -> MergedWeights.obstacle(site).isEmpty());
  }

  /**
   * From now on the base's weights contain the adapters; {@link #merge} brings them up to date.
   *
   * @throws ModelException if an adapter cannot be merged
   */
  public void keepMerged() {
    merged = new MergedWeights(manager, sites);
  }

  /**
   * Brings merged weights up to date with the adapters; nothing to do where adapters are evaluated.
   */
  public void merge() {
    merge(Routing.ONE);
  }

  /** The same for several users' adapters that every row passes through. */
  public void merge(Routing routing) {
    if (merged != null) {
      merged.merge(routing.passed());
    }
  }

  /** Which modules of the base are sites, for a pass. */
  public AdaptedModules modules() {
    return new AdaptedModules(sites, merged != null);
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
        .flatMap(site -> site.adapters().values().stream())
        .flatMap(adapter -> adapter.parameters().values().stream())
        .mapToLong(NDArray::size)
        .sum();
  }

  /**
   * The adapters of a run without users as a PEFT folder holds them.
   *
   * @param baseName what {@code base_model_name_or_path} shall say
   * @param task PEFT's word for the task
   */
  public PeftAdapter export(AdapterSpec asked, String baseName, String task) {
    return export(0, asked, baseName, task);
  }

  /**
   * One user's adapters as a PEFT folder holds them.
   *
   * @param user the user's number
   * @param asked what the user asked for
   */
  public PeftAdapter export(int user, AdapterSpec asked, String baseName, String task) {
    PeftConfig config = config(model, asked, baseName, task, exportedTargets(user, asked.sites()));
    return PeftSites.export(manager, config, sites, user, Placement.head(model), model.buffers());
  }

  /**
   * What several users' adapters come to together, as one PEFT folder of low-rank adapters.
   *
   * @param routing whose adapters every row passes through, and with what share
   * @throws ModelException if an adapter cannot be merged
   */
  public PeftAdapter exportMerged(Routing routing, String baseName, String task) {
    return new Combined(manager, model, sites, routing.passed()).export(baseName, task);
  }

  /** Why {@link #exportMerged} is not possible; empty if it is. */
  public Optional<String> combineObstacle() {
    Set<String> head = Placement.head(model);
    for (Site site : sites) {
      Optional<String> obstacle = Combined.obstacle(site, head.contains(site.name()));
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Optional.empty();
  }

  /** What a PEFT folder says of adapters. */
  private static PeftConfig config(
      BaseModel model,
      AdapterSpec asked,
      String baseName,
      String task,
      io.github.cola4j.checkpoint.TargetModules targets) {
    List<String> head = new ArrayList<>(model.headModules());
    PeftSites.modulesOf(model.buffers()).forEach(head::add);
    if (asked instanceof AdapterSpec.LowRank lowRank) {
      Map<String, Double> alphas = new LinkedHashMap<>();
      lowRank.alphaPattern().forEach((regex, alpha) -> alphas.put(regex, (double) alpha));
      return PeftConfig.lora(baseName, task, lowRank.r(), lowRank.loraAlpha(), targets, head)
          .with(lowRank.useRslora(), model.fanInFanOut())
          .with(lowRank.rankPattern(), alphas, lowRank.loraDropout());
    }
    if (asked instanceof AdapterSpec.Mlp mlp) {
      Map<String, String> options = Map.of("activation", AdapterKinds.word(mlp.activation()));
      return PeftConfig.cola("mlp", options, baseName, task, 1, targets, head);
    }
    if (asked instanceof AdapterSpec.Own own) {
      return PeftConfig.cola(own.className(), own.options(), baseName, task, 1, targets, head);
    }
    return PeftConfig.cola("linear", Map.of(), baseName, task, 1, targets, head);
  }

  /**
   * As the user wrote them where that says the same to PEFT; else the sites' full paths, which
   * nothing else can match.
   */
  private io.github.cola4j.checkpoint.TargetModules exportedTargets(int user, SitesSpec asked) {
    TargetModules targets = Placement.targets(model, asked);
    boolean all = asked.excludeModules().isEmpty() && asked.layersToTransform().isEmpty();
    Set<String> head = Placement.head(model);
    if (all
        && targets instanceof TargetModules.Named named
        && head.stream()
            .noneMatch(
                site -> named.names().stream().anyMatch(n -> TargetMatching.endsIn(site, n)))) {
      return new io.github.cola4j.checkpoint.TargetModules.Names(named.names());
    }
    if (all && targets instanceof TargetModules.Matching matching) {
      return new io.github.cola4j.checkpoint.TargetModules.Pattern(matching.regex());
    }
    return new io.github.cola4j.checkpoint.TargetModules.Names(
        sites.stream()
            .filter(site -> site.adapter(user).isPresent())
            .map(Site::name)
            .filter(name -> !head.contains(name))
            .collect(Collectors.toList()));
  }

  @Override
  public void close() {
    shapes.close();
    manager.close();
  }
}
