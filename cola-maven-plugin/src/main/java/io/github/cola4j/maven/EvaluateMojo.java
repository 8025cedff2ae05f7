package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.EvaluateJob;
import io.github.cola4j.worker.DeviceChoice;
import java.io.File;
import java.nio.file.Path;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Measures a finished run: all metrics of the task, each user's too, on its validation rows or on
 * others; the latency of single predictions, the throughput of batches, memory. Leaves {@code
 * evaluation.json} in the run's folder, which {@code cola:verify} reads, so it comes before that in
 * a build. Example: {@code mvn cola:evaluate -Dcola.data=test.tsv}. Works without a POM too.
 */
@Mojo(
    name = "evaluate",
    defaultPhase = LifecyclePhase.INTEGRATION_TEST,
    requiresProject = false,
    threadSafe = true)
public final class EvaluateMojo extends RunMojo {
  private static final Set<String> WORDS = Set.of("adapter", "merged", "base");

  /**
   * What is measured: {@code adapter}, the base with what the run learned; {@code merged}, the same
   * merged into the base's weights; {@code base}, the base alone; or a folder: a Hugging Face one,
   * say a merged model, or one with an adapter for the run's base. Example: {@code
   * -Dcola.model=base}.
   */
  @Parameter(property = PropertyNames.MODEL, defaultValue = "adapter")
  private String model;

  /**
   * Which rows of the run: {@code validation}, or {@code train}, those it learned from. Example:
   * {@code -Dcola.split=train}.
   */
  @Parameter(property = PropertyNames.SPLIT)
  private String split;

  /**
   * A file with other rows, written as those of {@code data.train} are; or a whole section like
   * {@code data.validation}, as YAML, whose paths are relative to the spec's folder. Example:
   * {@code -Dcola.data=test.tsv}, or {@code -Dcola.data="{file: images.gz, labels: labels.gz}"}.
   */
  @Parameter(property = PropertyNames.DATA)
  private String data;

  @Parameter(defaultValue = "${basedir}", readonly = true)
  private File here;

  @Inject
  EvaluateMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    if (split != null && data != null) {
      throw new MojoFailureException(
          Advice.perhaps(
              "Both " + PropertyNames.SPLIT + " and " + PropertyNames.DATA + " are given",
              "leave one of them out"));
    }
    for (Path folder : runFolders()) {
      evaluate(folder);
    }
  }

  private void evaluate(Path folder) throws MojoExecutionException, MojoFailureException {
    ObjectNode arguments = runArguments(folder, key -> true);
    arguments.put("model", WORDS.contains(model) ? model : absolute(model));
    if (split != null) {
      arguments.put("split", split);
    }
    if (data != null) {
      String rows = data.strip();
      arguments.put("data", rows.startsWith("{") ? rows : absolute(rows));
    }
    work("Evaluation", EvaluateJob.class, arguments, DeviceChoice.AUTO, folder.getParent());
  }

  private String absolute(String path) {
    Path from = here == null ? Path.of("") : here.toPath();
    return from.toAbsolutePath().resolve(path).normalize().toString();
  }
}
