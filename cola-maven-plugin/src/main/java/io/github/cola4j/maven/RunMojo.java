package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.SpecArguments;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/** What goals have in common that use a finished run. */
abstract class RunMojo extends ColaMojo {
  /**
   * The folder of the run; by default the one where {@code cola.spec} puts it. Example: {@code
   * -Dcola.run=target/cola/sentiment}.
   */
  @Parameter(property = PropertyNames.RUN)
  private File run;

  /**
   * The spec whose run is meant; without a POM the current folder's {@code cola.yaml}. Not looked
   * at where {@code cola.run} is given. Example: {@code -Dcola.spec=specs/reviews.yaml}.
   */
  @Parameter(property = PropertyNames.SPEC, defaultValue = "${basedir}/cola.yaml")
  private File spec;

  /**
   * Whose adapter is used, for a run of users with adapters of their own. Example: {@code
   * -Dcola.user=ann}.
   */
  @Parameter(property = PropertyNames.USER)
  private String user;

  RunMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  /** The run's folder, which is there; absolute. */
  final Path runFolder() throws MojoFailureException {
    Path folder = run != null ? run.toPath() : Specs.output(spec.toPath());
    if (!Files.isDirectory(folder)) {
      throw new MojoFailureException(
          Advice.perhaps(
              "There is no run at " + folder,
              run != null
                  ? "check " + PropertyNames.RUN
                  : "run cola:finetune first, or name a run's folder with "
                      + PropertyNames.option(PropertyNames.RUN, "…")));
    }
    return folder.toAbsolutePath().normalize();
  }

  /**
   * By which a job finds the run: {@code run}, its folder; {@code sources}, where its base is if
   * that was fetched; and {@code user} where one is named.
   *
   * @param folder {@link #runFolder}'s
   */
  final ObjectNode runArguments(Path folder) throws MojoFailureException {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("run", folder.toString());
    SpecArguments.putSources(arguments, fetch(folder, "base"::equals));
    if (user != null) {
      arguments.put("user", user);
    }
    return arguments;
  }
}
