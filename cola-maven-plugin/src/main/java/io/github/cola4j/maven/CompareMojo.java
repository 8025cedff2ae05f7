package io.github.cola4j.maven;

import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.report.Comparison;
import io.github.cola4j.run.CommonGround;
import io.github.cola4j.run.Failures;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Compares specs on the same data: each is trained with each seed, unless that has been done, and
 * one table tells metrics, times and memory as mean ± standard deviation over the seeds, as
 * Markdown, CSV and plots. A comparison that was interrupted goes on. Example: {@code mvn
 * cola:compare -Dcola.spec=low-rank.yaml,linear.yaml -Dcola.seeds=1,2,3}. Works without a POM too.
 */
@Mojo(name = "compare", requiresProject = false, threadSafe = true)
public final class CompareMojo extends SpecMojo {
  /**
   * The seeds, with commas between them. A run of a seed goes beside the output of its spec: {@code
   * target/cola/linear-seed-1}. By default each spec's own seed, and its own output. Example:
   * {@code -Dcola.seeds=1,2,3}.
   */
  @Parameter(property = PropertyNames.SEEDS)
  private String seeds;

  /**
   * Where the table goes: {@code comparison.md}, {@code comparison.csv}, and a plot of each metric,
   * {@code comparison-1.svg}. Example: {@code -Dcola.reports=target/reports}.
   */
  @Parameter(
      property = PropertyNames.REPORTS,
      defaultValue = "${project.build.directory}/cola-reports")
  private File reports;

  @Inject
  CompareMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    List<AskedRun> specs = runs();
    requireNames(specs);
    requireCommonGround(specs);
    Map<String, List<AskedRun>> runs = new LinkedHashMap<>();
    for (AskedRun spec : specs) {
      runs.put(spec.name(), ofSeeds(spec)); // all of them are read before the first is trained
    }
    String code = code();
    Map<String, List<Summary>> summaries = new LinkedHashMap<>();
    for (Map.Entry<String, List<AskedRun>> spec : runs.entrySet()) {
      for (AskedRun run : spec.getValue()) {
        Optional<Training> training = Training.due(this, run, code, false);
        if (training.isPresent()) {
          training.get().start();
        }
        summaries.computeIfAbsent(spec.getKey(), name -> new ArrayList<>()).add(summary(run));
      }
    }
    Comparison comparison = Comparison.of(summaries);
    comparison.text().lines().forEach(getLog()::info);
    new Reports(reports.toPath()).write(comparison::write);
    getLog().info("Comparison: " + reports.toPath().resolve("comparison.md"));
  }

  private static void requireNames(List<AskedRun> specs) throws MojoFailureException {
    Map<String, AskedRun> names = new LinkedHashMap<>();
    for (AskedRun spec : specs) {
      AskedRun other = names.put(spec.name(), spec);
      if (other != null) {
        throw new MojoFailureException(
            Advice.perhaps(
                "The outputs of %s and %s, %s and %s, end in the same name"
                    .formatted(file(other), file(spec), other.output(), spec.output()),
                "give them different ones: they are the names in the table"));
      }
    }
  }

  /** What was measured otherwise, or elsewhere, is no comparison. */
  private void requireCommonGround(List<AskedRun> specs)
      throws MojoExecutionException, MojoFailureException {
    AskedRun first = specs.get(0);
    for (AskedRun spec : specs) {
      if (spec.spec().evaluation().isEmpty()) {
        throw new MojoFailureException(
            Advice.perhaps(
                file(spec) + " has nothing to be measured on",
                "write data.validation: {file: …} into it"));
      }
      List<String> differences;
      try {
        differences = CommonGround.differences(first.spec(), spec.spec());
      } catch (RuntimeException e) {
        getLog().debug(e);
        throw Advice.failure("Comparison", Failures.describe(e));
      }
      if (!differences.isEmpty()) {
        throw new MojoFailureException(
            Advice.perhaps(
                    "%s and %s cannot be compared, since they differ in what is learned or measured"
                        .formatted(file(first), file(spec)),
                    "give both the same task, data and evaluation")
                + ":\n  "
                + String.join("\n  ", differences));
      }
    }
  }

  private static String file(AskedRun run) {
    return run.spec().origin().file().getFileName().toString();
  }

  private List<AskedRun> ofSeeds(AskedRun spec) throws MojoFailureException {
    if (seeds == null || seeds.isBlank()) {
      return List.of(spec);
    }
    List<AskedRun> runs = new ArrayList<>();
    Path file = spec.spec().origin().file();
    for (String seed : Arrays.stream(seeds.split(",")).map(String::strip).distinct().toList()) {
      if (!seed.matches("[0-9]{1,18}")) {
        throw new MojoFailureException(
            Advice.perhaps(
                "\"%s\" in %s is no seed".formatted(seed, PropertyNames.SEEDS),
                "write whole numbers: " + PropertyNames.option(PropertyNames.SEEDS, "1,2,3")));
      }
      Map<String, String> changes = new LinkedHashMap<>(spec.overrides());
      changes.put("training.seed", seed);
      changes.put("output", spec.output() + "-seed-" + seed);
      runs.add(run(file, changes));
    }
    return runs;
  }

  private static Summary summary(AskedRun run) throws MojoFailureException {
    try {
      return Summary.ofRun(run.folder());
    } catch (SummaryException e) {
      throw new MojoFailureException(
          Advice.perhaps(e.getMessage(), "delete that folder, and compare again"));
    }
  }
}
