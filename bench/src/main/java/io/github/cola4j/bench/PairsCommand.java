package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pairs}: two command lines in turn, compared pair by pair. */
@Command(
    name = "pairs",
    showDefaultValues = true,
    description =
        "Runs two command lines in turn, A B A B …, each of which prints a line of JSON, and"
            + " compares them pair by pair. Each run's line goes to stdout, with \"side\" and"
            + " \"pair\", and last a line with all comparisons, which the command table reads;"
            + " what the sides say meanwhile and the comparisons for people go to stderr.")
final class PairsCommand implements Bench.Measuring {
  /** The keys by which results tell what they were measured with. */
  private static final List<String> VERSIONS = List.of("method", "torch", "transformers", "peft");

  @Spec private CommandSpec spec;

  @Option(
      names = "--a",
      required = true,
      paramLabel = "COMMAND",
      description =
          "Command line of one side, as a shell reads it; $PAIR in it is the pair's number from 1.")
  private String a;

  @Option(
      names = "--b",
      paramLabel = "COMMAND",
      description = "Command line of the other side; may be left out if only --values are asked.")
  private String b;

  @Option(names = "--pairs", description = "How often both are run.")
  private int pairs = 5;

  @Option(
      names = "--keys",
      arity = "1..*",
      paramLabel = "KEY",
      description = "Numbers whose ratio, a / b, is of interest; A_KEY:B_KEY where names differ.")
  private List<String> keys = List.of();

  @Option(
      names = "--differences",
      arity = "1..*",
      paramLabel = "KEY",
      description = "Numbers whose difference, a − b, is of interest.")
  private List<String> differences = List.of();

  @Option(
      names = "--values",
      arity = "1..*",
      paramLabel = "KEY",
      description = "Numbers of side a that are of interest by themselves.")
  private List<String> values = List.of();

  @Option(
      names = "--at-most",
      arity = "1..*",
      paramLabel = "KEY=BOUND",
      description =
          "What is aimed at: the median over the pairs (of differences: the mean) is no more. It is"
              + " told whether that was reached, and changes no exit status.")
  private Map<String, Double> atMost = new LinkedHashMap<>();

  @Option(
      names = "--at-least",
      arity = "1..*",
      paramLabel = "KEY=BOUND",
      description = "The same, no less.")
  private Map<String, Double> atLeast = new LinkedHashMap<>();

  @Option(names = "--name", description = "What is measured, in a few words.")
  private String name = "pairs";

  @Override
  public ObjectNode call() {
    List<Comparison> comparisons = comparisons();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter shown = spec.commandLine().getErr();
    List<ObjectNode> ofA = new ArrayList<>();
    List<ObjectNode> ofB = new ArrayList<>();
    for (int pair = 1; pair <= pairs; pair++) {
      shown.printf("%s: pair %d of %d%n", name, pair, pairs);
      ofA.add(run(new CommandLineSide("a", a), pair, out, shown));
      comparisons.forEach(comparison -> comparison.ofA(ofA.get(ofA.size() - 1)));
      if (b != null) {
        ofB.add(run(new CommandLineSide("b", b), pair, out, shown));
      }
    }
    ObjectNode summary = summary(ofA, ofB);
    ArrayNode compared = summary.putArray("comparisons");
    for (Comparison comparison : comparisons) {
      Compared result =
          Compared.of(
              comparison, ofA, ofB, atMost.get(comparison.name()), atLeast.get(comparison.name()));
      compared.add(result.json());
      shown.print(result.text());
    }
    shown.flush();
    return summary;
  }

  private static ObjectNode run(
      CommandLineSide side, int pair, PrintWriter out, PrintWriter shown) {
    ObjectNode result = side.run(pair, shown);
    ObjectNode line = Forked.JSON.createObjectNode().put("side", side.name()).put("pair", pair);
    out.println((Object) line.setAll(result));
    out.flush();
    return result;
  }

  private ObjectNode summary(List<ObjectNode> ofA, List<ObjectNode> ofB) {
    ObjectNode summary = Forked.JSON.createObjectNode();
    summary.put("summary", name).put("pairs", pairs).put("date", LocalDate.now().toString());
    summary.set("machine", Host.described());
    ObjectNode versions = summary.putObject("versions").put("java", Runtime.version().toString());
    versions.set("a", versions(ofA.get(0)));
    if (!ofB.isEmpty()) {
      versions.set("b", versions(ofB.get(0)));
    }
    return summary;
  }

  private static ObjectNode versions(ObjectNode result) {
    ObjectNode versions = Forked.JSON.createObjectNode();
    for (String key : VERSIONS) {
      JsonNode version = result.path(key);
      if (version.isTextual()) {
        versions.set(key, version);
      }
    }
    return versions;
  }

  /** What is asked for, checked. */
  List<Comparison> comparisons() {
    Checked checked = new Checked(spec);
    checked.atLeast(1, "--pairs", pairs);
    List<Comparison> all = new ArrayList<>();
    keys.forEach(key -> all.add(Comparison.of(Comparison.Kind.RATIO, key)));
    differences.forEach(key -> all.add(Comparison.of(Comparison.Kind.DIFFERENCE, key)));
    values.forEach(key -> all.add(Comparison.of(Comparison.Kind.VALUE, key)));
    if (all.isEmpty()) {
      throw checked.problem(
          "nothing is compared; say what is of interest with --keys, --differences or --values");
    }
    Set<String> names = new LinkedHashSet<>();
    for (Comparison comparison : all) {
      if (!names.add(comparison.name())) {
        throw checked.problem(comparison.name() + " is asked for twice; name it once");
      }
      if (b == null && comparison.kind() != Comparison.Kind.VALUE) {
        throw checked.problem(
            "--b is missing; without it only --values can be asked, not " + comparison.name());
      }
    }
    for (Map<String, Double> bounds : List.of(atMost, atLeast)) {
      for (String bound : bounds.keySet()) {
        if (!names.contains(bound)) {
          throw checked.problem(
              "a bound is set for %s, but only %s can have one".formatted(bound, names));
        }
      }
    }
    return all;
  }
}
