package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.Failures;
import io.github.cola4j.run.FinetuneJob;
import io.github.cola4j.run.Standing;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.DeviceChoice;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Fine-tunes a frozen model as {@code cola.yaml} says: fits adapters to hidden gradients in a JVM
 * of its own, and leaves the adapter, its metrics and a summary in the run's folder. A run that was
 * interrupted continues from its last checkpoint. Where neither spec, base, data nor code has
 * changed since the run at the spec's output was finished, there is nothing to do; else it is made
 * anew. Works without a POM too.
 */
@Mojo(
    name = "finetune",
    defaultPhase = LifecyclePhase.PACKAGE,
    requiresProject = false,
    threadSafe = true)
public final class FinetuneMojo extends ColaMojo {
  /**
   * The file that says what is to be learned; without a POM the current folder's {@code cola.yaml}.
   * Example: {@code -Dcola.spec=specs/reviews.yaml}.
   */
  @Parameter(property = PropertyNames.SPEC, defaultValue = "${basedir}/cola.yaml")
  private File spec;

  /**
   * Values that replace those of the spec, by their full keys. Example: {@code
   * <overrides><training.seed>7</training.seed></overrides>}.
   */
  @Parameter private Map<String, String> overrides;

  /**
   * The same for the command line, as pairs with commas between them; these win. Example: {@code
   * -Dcola.overrides=training.seed=7,adapter.target_modules=[query,key]}.
   */
  @Parameter(property = PropertyNames.OVERRIDES)
  private String overridesText;

  /**
   * Throws away the finished or unfinished run that stands at the spec's output, and trains from
   * scratch, whether or not anything has changed. Example: {@code -Dcola.force}.
   */
  @Parameter(property = PropertyNames.FORCE, defaultValue = "false")
  private boolean force;

  @Inject
  FinetuneMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    Map<String, String> changes = Overrides.of(overrides, overridesText);
    RunSpec run = Specs.read(spec.toPath(), changes);
    String code = code();
    boolean anew = force;
    if (force) {
      getLog().info("Trains from scratch: " + PropertyNames.FORCE + " is set");
    } else {
      Standing standing = standing(run, code);
      if (standing instanceof Standing.UpToDate found) {
        getLog().info(upToDate(run, found));
        return;
      }
      anew = standing instanceof Standing.Outdated;
      reasons(run, standing).forEach(getLog()::info);
    }
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("spec", spec.getAbsolutePath());
    ObjectNode values = arguments.putObject("overrides");
    changes.forEach(values::put);
    arguments.put("code", code);
    arguments.put("force", anew);
    work(
        "Fine-tuning",
        FinetuneJob.class,
        arguments,
        DeviceChoice.parse(run.device().key()),
        run.output().path().toAbsolutePath().normalize().getParent());
  }

  private Standing standing(RunSpec run, String code)
      throws MojoExecutionException, MojoFailureException {
    try {
      return Standing.of(run, code);
    } catch (RuntimeException e) {
      getLog().debug(e);
      throw Advice.failure("Fine-tuning", Failures.describe(e));
    }
  }

  /** One line, with what the run came to. */
  private static String upToDate(RunSpec run, Standing.UpToDate found) {
    String metrics =
        found.metrics().entrySet().stream()
            .map(m -> String.format(Locale.ROOT, ", %s %.4f", m.getKey(), m.getValue()))
            .collect(Collectors.joining());
    return "Up to date: %s%s; nothing has changed since (%s trains all the same)"
        .formatted(
            run.output().asWritten(), metrics, PropertyNames.option(PropertyNames.FORCE, "true"));
  }

  /** Why something has to be done. */
  private static List<String> reasons(RunSpec run, Standing standing) {
    String output = run.output().asWritten();
    if (standing instanceof Standing.Outdated outdated) {
      List<String> lines = new ArrayList<>();
      lines.add("Trains anew, since the run at " + output + " has other inputs:");
      outdated.changes().forEach(change -> lines.add("  " + change));
      return lines;
    }
    return List.of(
        standing instanceof Standing.Unfinished
            ? "Goes on with the unfinished run at " + output
            : "Trains, since there is no run at " + output + " yet");
  }
}
