package io.github.cola4j.maven;

import io.github.cola4j.run.ValidateJob;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Tells what {@code cola:finetune} would do, and trains nothing: all that is wrong with the spec
 * and with what it names; the modules that targets match, trainable parameters, the memory of a
 * pass over the longest rows, and rows as the model will read them. Example: {@code mvn
 * cola:validate}. Works without a POM too.
 */
@Mojo(
    name = "validate",
    defaultPhase = LifecyclePhase.VALIDATE,
    requiresProject = false,
    threadSafe = true)
public final class ValidateMojo extends SpecMojo {
  @Inject
  ValidateMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    List<AskedRun> runs = runs();
    for (AskedRun run : runs) {
      work("Validation", ValidateJob.class, run, run.arguments());
    }
  }
}
