package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.MergeJob;
import io.github.cola4j.worker.DeviceChoice;
import java.io.File;
import java.nio.file.Path;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Merges the adapter of a finished run into its base's weights, and writes a Hugging Face folder
 * that needs neither PEFT nor this project: transformers loads it. The two are compared before it
 * is put in place. Example: {@code mvn cola:merge -Dcola.target=target/reviews-model}. Works
 * without a POM too.
 */
@Mojo(name = "merge", requiresProject = false, threadSafe = true)
public final class MergeMojo extends RunMojo {
  /**
   * The folder of the merged model; one that was merged there before is replaced, anything else
   * refused. By default {@code merged} in the run's folder, or {@code merged-<user>}. Example:
   * {@code -Dcola.target=target/reviews-model}.
   */
  @Parameter(property = PropertyNames.TARGET)
  private File target;

  /**
   * What the weights are written in: {@code float32}, {@code bfloat16} or {@code float16}; by
   * default what the base's are. Example: {@code -Dcola.dtype=bfloat16}.
   */
  @Parameter(property = PropertyNames.DTYPE)
  private String dtype;

  @Inject
  MergeMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    Path folder = runFolder();
    ObjectNode arguments = runArguments(folder);
    if (target != null) {
      arguments.put("target", target.getAbsolutePath());
    }
    if (dtype != null) {
      arguments.put("dtype", dtype);
    }
    work("Merging", MergeJob.class, arguments, DeviceChoice.CPU, folder.getParent());
  }
}
