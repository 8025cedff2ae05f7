package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.ExportJob;
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
 * Writes the adapter of a finished run for others: a PEFT folder, or a zip of it, with a README.md
 * that says what it is, and with the base's name as they know it. Without {@code cola.user} every
 * user's is in it. Example: {@code mvn cola:export -Dcola.target=target/reviews-adapter.zip
 * -Dcola.baseName=acme/minilm}. Works without a POM too.
 */
@Mojo(name = "export", requiresProject = false, threadSafe = true)
public final class ExportMojo extends RunMojo {
  /**
   * The folder, or, where its name ends in {@code .zip}, the zip of the adapter; what was exported
   * there before is replaced, anything else refused. By default {@code exported} in the run's
   * folder, or {@code exported-<user>}. Example: {@code -Dcola.target=target/reviews-adapter.zip}.
   */
  @Parameter(property = PropertyNames.TARGET)
  private File target;

  /**
   * By what name others find the base, for {@code base_model_name_or_path}: say one of the hub; by
   * default the name of its folder. Example: {@code
   * -Dcola.baseName=sentence-transformers/all-MiniLM-L6-v2}.
   */
  @Parameter(property = PropertyNames.BASE_NAME)
  private String baseName;

  @Inject
  ExportMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    Path folder = runFolder();
    ObjectNode arguments = runArguments(folder);
    if (target != null) {
      arguments.put("target", target.getAbsolutePath());
    }
    if (baseName != null) {
      arguments.put("base_name", baseName);
    }
    work("Export", ExportJob.class, arguments, DeviceChoice.CPU, folder.getParent());
  }
}
