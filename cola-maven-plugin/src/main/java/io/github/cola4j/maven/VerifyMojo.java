package io.github.cola4j.maven;

import io.github.cola4j.gate.GateReport;
import io.github.cola4j.gate.Gates;
import io.github.cola4j.gate.Measurements;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.report.JunitXml;
import io.github.cola4j.report.Markdown;
import io.github.cola4j.report.RunReport;
import io.github.cola4j.report.SelfContainedHtml;
import io.github.cola4j.run.Standing;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Holds what a run came to against the spec's {@code gates}, and fails the build where one is
 * missed. Reports the run, and each gate with what was wanted and found, as HTML with plots, as
 * Markdown, and as JUnit's XML for CI servers. Trains nothing: the run at the spec's output must be
 * finished, and be the spec's. Works without a POM too.
 */
@Mojo(
    name = "verify",
    defaultPhase = LifecyclePhase.VERIFY,
    requiresProject = false,
    threadSafe = true)
public final class VerifyMojo extends SpecMojo {
  /** Whether a missed gate fails the build. Example: {@code -Dcola.haltOnFailure=false}. */
  @Parameter(property = PropertyNames.HALT_ON_FAILURE, defaultValue = "true")
  private boolean haltOnFailure;

  /**
   * Where reports go, named after the run's folder: {@code reviews.html}, {@code reviews.md},
   * {@code TEST-cola.reviews.xml}. Example: {@code -Dcola.reports=target/reports}.
   */
  @Parameter(
      property = PropertyNames.REPORTS,
      defaultValue = "${project.build.directory}/cola-reports")
  private File reports;

  @Inject
  VerifyMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    List<AskedRun> runs = runs();
    String code = code();
    List<String> missed = new ArrayList<>();
    for (AskedRun run : runs) {
      requireTheSpecsRun(run, code);
      GateReport gates = report(run);
      if (gates.checks().isEmpty()) {
        getLog()
            .info(
                "There are no gates to keep; write some into the spec, say gates: {accuracy: \">= 0.8\"}");
      } else if (gates.kept() || !haltOnFailure) {
        Consumer<String> tell = gates.kept() ? getLog()::info : getLog()::warn;
        gates.text().lines().forEach(tell);
      } else {
        missed.add("%s is not good enough: %s".formatted(run.output(), gates.text()));
      }
    }
    if (!missed.isEmpty()) {
      throw new MojoFailureException(String.join("\n", missed));
    }
  }

  /** What another spec, or other data, gave is no answer. */
  private void requireTheSpecsRun(AskedRun run, String code)
      throws MojoExecutionException, MojoFailureException {
    Standing standing = standing("Verification", run.spec(), code);
    String fix = "run cola:finetune first";
    if (standing instanceof Standing.Outdated outdated) {
      throw new MojoFailureException(
          Advice.perhaps(
              "The run at %s is not what the spec asks for now (%s)"
                  .formatted(run.output(), String.join("; ", outdated.changes())),
              fix));
    }
    if (!(standing instanceof Standing.UpToDate)) {
      throw new MojoFailureException(
          Advice.perhaps("There is no finished run at " + run.output(), fix));
    }
  }

  /** Holds a run against the gates, and writes what came of it. */
  private GateReport report(AskedRun asked) throws MojoFailureException {
    String name = asked.name();
    try {
      GateReport gates = Gates.check(asked.spec().gates(), Measurements.ofRun(asked.folder()));
      RunReport run = RunReport.read(asked.folder(), gates).named(name);
      new Reports(reports.toPath())
          .write(
              folder -> {
                SelfContainedHtml.write(run, folder.resolve(name + ".html"));
                Markdown.write(run, folder.resolve(name + ".md"));
                JunitXml.write(List.of(run), folder.resolve("TEST-cola." + name + ".xml"));
              });
      getLog().info("Report: " + reports.toPath().resolve(name + ".html"));
      return gates;
    } catch (SummaryException e) {
      throw new MojoFailureException(
          Advice.perhaps(e.getMessage(), "run cola:finetune again with -D" + PropertyNames.FORCE));
    }
  }
}
