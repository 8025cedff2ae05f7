package io.github.cola4j.maven;

import io.github.cola4j.worker.DeviceChoice;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Fetches all that the specs' runs will need: the bases and data that they name by coordinates, and
 * the native library of their devices; so that builds after it do with {@code mvn -o}, say on a CI
 * server that keeps the local repository and the hub's cache. Trains nothing. Example: {@code mvn
 * dependency:go-offline cola:go-offline}. Works without a POM too.
 */
@Mojo(name = "go-offline", requiresProject = false, threadSafe = true)
public final class GoOfflineMojo extends SpecMojo {
  @Inject
  GoOfflineMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    List<AskedRun> runs = runs();
    Set<String> devices = new LinkedHashSet<>();
    for (AskedRun run : runs) {
      Set<String> coordinates = new LinkedHashSet<>();
      run.spec().origin().coordinates().forEach(c -> coordinates.add(c.text()));
      getLog()
          .info(
              "Here for %s: %s"
                  .formatted(
                      run.spec().origin().file().getFileName(),
                      coordinates.isEmpty()
                          ? "its files; it names nothing by coordinates"
                          : String.join(", ", coordinates)));
      devices.add(run.spec().device().key());
    }
    for (String device : devices) {
      getLog()
          .info(
              "Here for %s: %s"
                  .formatted(device, nativeSetup(DeviceChoice.parse(device)).reason()));
    }
  }
}
