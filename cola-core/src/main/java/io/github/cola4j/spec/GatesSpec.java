package io.github.cola4j.spec;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.spec.Gate.Quantity;
import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The section {@code gates}: what must have come out for a build to pass. Checked by front ends,
 * not in training, which it does not influence.
 *
 * @param run what the whole run must reach, by name: the task's metrics on {@code data.validation},
 *     {@code adapter_size}, {@code trainable_parameters}, {@code latency_p50} and {@code
 *     latency_p95}
 * @param users {@code users}: what each user's own metrics must reach
 * @param baseline {@code baseline}: by how much metrics and {@code trainable_parameters} may differ
 *     from an earlier run's; none by default
 */
public record GatesSpec(
    Map<String, Gate> run, Map<String, Gate> users, Optional<Baseline> baseline) {
  /** The size of {@code adapter_model.safetensors}. */
  public static final String ADAPTER_SIZE = "adapter_size";

  /** How many parameters are fitted. */
  public static final String TRAINABLE_PARAMETERS = "trainable_parameters";

  /** The time that half of the predictions take at most. */
  public static final String LATENCY_P50 = "latency_p50";

  /** The time that 95 of 100 predictions take at most. */
  public static final String LATENCY_P95 = "latency_p95";

  private static final Map<String, Quantity> BESIDE_METRICS =
      ordered(
          List.of(
              Map.entry(ADAPTER_SIZE, Quantity.SIZE),
              Map.entry(TRAINABLE_PARAMETERS, Quantity.NUMBER),
              Map.entry(LATENCY_P50, Quantity.TIME),
              Map.entry(LATENCY_P95, Quantity.TIME)));

  private static final Set<String> UP_TO_ONE =
      Set.of(
          "accuracy",
          "f1",
          "f1_macro",
          "matthews_correlation",
          "pearson",
          "spearman",
          "rouge1",
          "rouge2",
          "rougeL");

  private static final String USERS = "users";
  private static final String BASELINE = "baseline";

  /**
   * What another run came to.
   *
   * @param file {@code file}: its {@code summary.json}; need not be there before gates are checked
   * @param changes the difference, found minus baseline, that each name may have
   */
  public record Baseline(FileRef file, Map<String, Gate> changes) {
    public Baseline {
      changes = ordered(changes.entrySet());
    }
  }

  /** Keeps the order of the file. */
  public GatesSpec {
    run = ordered(run.entrySet());
    users = ordered(users.entrySet());
  }

  /**
   * Gates that stand in no file, for front ends that are told them otherwise. Any metric of the
   * task may be named, those of users and of generated texts too: what was not measured shows when
   * the gates are checked.
   *
   * @param conditions by their names within the section: {@code accuracy}, {@code users.accuracy},
   *     {@code baseline.file}
   * @throws SpecException with every problem of the names and conditions
   */
  public static GatesSpec of(Task task, Map<String, String> conditions) {
    Map<String, String> keys = new LinkedHashMap<>();
    conditions.forEach((name, condition) -> keys.put("gates." + name, condition));
    List<Problem> problems = new ArrayList<>();
    Mapping root = Overrides.apply(new Mapping(Place.NOWHERE, Map.of()), keys, problems);
    Reading reading =
        new Reading(
            new FileTypes(Path.of(""), Sources.NONE), Overrides.PLACE.file(), root, problems);
    EvaluationSpec ofEverything =
        new EvaluationSpec(
            new Every.Epoch(),
            task.metrics().get(0),
            EvaluationSpec.Keep.BEST,
            Optional.empty(),
            1,
            Optional.empty(),
            true);
    GatesSpec gates = read(Section.root(reading, root), task, Optional.of(ofEverything), true);
    reading.finish();
    return gates;
  }

  /** Whether nothing is demanded. */
  public boolean isEmpty() {
    return run.isEmpty() && users.isEmpty() && baseline.isEmpty();
  }

  /**
   * @param evaluation how metrics are measured; empty: there are none
   * @param ofUsers whether rows have owners
   */
  static GatesSpec read(
      Section root, Task task, Optional<EvaluationSpec> evaluation, boolean ofUsers) {
    Section gates = root.section("gates", "accuracy");
    Names metrics = Names.of(gates, task, evaluation);
    metrics.declare(gates, BESIDE_METRICS);
    Map<String, Gate> run = new LinkedHashMap<>();
    Map<String, Gate> users = new LinkedHashMap<>();
    List<Baseline> baseline = new ArrayList<>();
    for (String name : gates.given()) {
      switch (name) {
        case USERS -> {
          if (ofUsers) {
            Section own = gates.section(USERS, metrics.example());
            metrics.declare(own, Map.of());
            own.given().forEach(metric -> metrics.read(own, metric, Map.of(), users));
          } else {
            gates.refuse(USERS, "there are no users", "write a section users: as well");
          }
        }
        case BASELINE -> readBaseline(gates, metrics).ifPresent(baseline::add);
        default -> metrics.read(gates, name, BESIDE_METRICS, run);
      }
    }
    return new GatesSpec(run, users, baseline.stream().findFirst());
  }

  private static Optional<Baseline> readBaseline(Section gates, Names metrics) {
    Section keys = gates.section(BASELINE, "file");
    Map<String, Gate> changes = new LinkedHashMap<>();
    FileRef file =
        keys.required("file", gates.files().laterFile(), "file: and a run's summary.json");
    Map<String, Quantity> others = Map.of(TRAINABLE_PARAMETERS, Quantity.NUMBER);
    metrics.declare(keys, others);
    keys.given().stream()
        .filter(name -> !name.equals("file"))
        .forEach(name -> metrics.read(keys, name, others, changes));
    if (changes.isEmpty() && !keys.damaged() && keys.given().size() <= 1) {
      gates.problem(
          BASELINE,
          "nothing is compared",
          "write what may change, and by how much: " + metrics.example() + ": \">= -0.01\"");
    }
    return Optional.ofNullable(file).map(there -> new Baseline(there, changes));
  }

  /**
   * The metrics that gates may name.
   *
   * @param of the task's
   * @param measured those of them that evaluations of this spec tell
   * @param undecided whether it is not known which they are
   */
  private record Names(Task task, List<String> of, List<String> measured, boolean undecided) {
    static Names of(Section gates, Task task, Optional<EvaluationSpec> evaluation) {
      boolean generates = evaluation.filter(EvaluationSpec::generate).isPresent();
      List<String> metrics =
          gates.undecided()
              ? Arrays.stream(Task.values()).flatMap(any -> any.metrics().stream()).toList()
              : task.metrics();
      List<String> measured =
          evaluation.isEmpty()
              ? List.of()
              : metrics.stream().filter(name -> generates || !name.startsWith("rouge")).toList();
      return new Names(task, metrics, measured, gates.undecided());
    }

    String example() {
      return of.get(0);
    }

    /** Tells which gates there can be in a section. */
    void declare(Section section, Map<String, Quantity> others) {
      of.forEach(name -> section.declare(name, Declared.value(Gate.type(Quantity.NUMBER).form())));
      others.forEach(
          (name, quantity) -> section.declare(name, Declared.value(Gate.type(quantity).form())));
    }

    /** Reads one gate, or says why there cannot be such a one. */
    void read(Section section, String name, Map<String, Quantity> others, Map<String, Gate> into) {
      if (others.containsKey(name) || of.contains(name)) {
        section
            .optional(name, Gate.type(others.getOrDefault(name, Quantity.NUMBER)))
            .ifPresent(gate -> put(section, name, gate, into));
      } else {
        List<String> known = new ArrayList<>(measured.isEmpty() ? of : measured);
        known.addAll(others.keySet());
        section.refuse(
            name,
            "nothing that " + task.key() + " measures",
            Words.ofValue(name)
                .filter(known::contains)
                .map(meant -> "did you mean \"" + meant + "\"?")
                .orElseGet(() -> NearMiss.advice(name, known)));
      }
    }

    private void put(Section section, String name, Gate gate, Map<String, Gate> into) {
      into.put(name, gate);
      requireReachable(section, name, gate);
      if (!of.contains(name) || measured.contains(name) || undecided) {
        return;
      }
      if (measured.isEmpty()) {
        section.problem(
            name, "there is nothing to measure it on", "write data.validation: {file: …} as well");
      } else {
        section.problem(
            name,
            name + " is of texts that are generated",
            "write evaluation: {generate: true} as well");
      }
    }
  }

  /**
   * Refuses percent. What is just above 1 is left alone: so one tries out what a missed gate does.
   */
  private static void requireReachable(Section section, String name, Gate gate) {
    if (UP_TO_ONE.contains(name) && gate.isMore(2)) {
      section.problem(
          name,
          "%s is 1 at most, so \"%s\" is never reached".formatted(name, gate),
          gate.amount() > 100
              ? "write a fraction: \">= 0.8\""
              : "write a fraction: \"" + gate.hundredth() + "\"");
    }
  }

  private static <T> Map<String, T> ordered(Iterable<Map.Entry<String, T>> entries) {
    Map<String, T> map = new LinkedHashMap<>();
    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return Collections.unmodifiableMap(map);
  }
}
