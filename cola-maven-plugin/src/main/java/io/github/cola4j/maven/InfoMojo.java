package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.cola4j.hub.HubException;
import io.github.cola4j.hub.HubSettings;
import io.github.cola4j.run.InfoJob;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Machine;
import java.io.File;
import java.nio.file.Path;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.rtinfo.RuntimeInformation;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Tells what a worker would run on: versions, native library, devices; and tries them, so that what
 * is wrong is told with its fix. Example: {@code mvn cola:info}. Works without a POM too.
 */
@Mojo(name = "info", requiresProject = false, threadSafe = true)
public final class InfoMojo extends ColaMojo {
  @Parameter(defaultValue = "${basedir}", readonly = true)
  private File folder;

  @Parameter(defaultValue = "${settings.localRepository}", readonly = true)
  private File localRepository;

  private final RuntimeInformation maven;

  @Inject
  InfoMojo(RepositorySystem repositories, ToolchainManager toolchains, RuntimeInformation maven) {
    super(repositories, toolchains);
    this.maven = maven;
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    Machine machine = Machine.current();
    getLog()
        .info(
            "Maven %s on Java %s, %s"
                .formatted(
                    maven.getMavenVersion(),
                    System.getProperty("java.version"),
                    machine.platform()));
    getLog().info("Worker: " + java());
    getLog().info("Native library: " + nativeSetup(DeviceChoice.AUTO).reason());
    machine.lookedAt().forEach(place -> getLog().info("GPUs: " + place));
    getLog().info("Local repository: " + localRepository);
    getLog().info("Hub: " + hub());
    Path here = folder == null ? Path.of("") : folder.toPath();
    work(
        "The trial",
        InfoJob.class,
        JsonNodeFactory.instance.objectNode(),
        DeviceChoice.AUTO,
        here.toAbsolutePath().resolve("target"));
  }

  private static String hub() throws MojoFailureException {
    try {
      HubSettings hub = HubSettings.of(System.getenv(), Path.of(System.getProperty("user.home")));
      return "%s, %s, %scache %s"
          .formatted(
              hub.endpoint(),
              hub.token().isPresent() ? "with a token" : "no token",
              hub.offline() ? "offline, " : "",
              hub.cache());
    } catch (HubException e) {
      throw new MojoFailureException(Advice.perhaps(e.problem(), e.fix()));
    }
  }
}
