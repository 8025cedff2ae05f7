package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.Failures;
import io.github.cola4j.run.Standing;
import io.github.cola4j.spec.RunSpec;
import java.io.File;
import java.util.Map;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/** What goals have in common that do what a spec says. */
abstract class SpecMojo extends ColaMojo {
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

  SpecMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  /** The spec with its overrides; all that is wrong with it is one failure. */
  final RunSpec spec() throws MojoFailureException {
    return Specs.read(spec.toPath(), changes());
  }

  /** By which a job finds the same spec. */
  final ObjectNode specArguments() throws MojoFailureException {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("spec", spec.getAbsolutePath());
    changes().forEach(arguments.putObject("overrides")::put);
    return arguments;
  }

  /**
   * What stands at the spec's output.
   *
   * @param what is being done, for messages
   * @param code of the worker
   */
  final Standing standing(String what, RunSpec run, String code)
      throws MojoExecutionException, MojoFailureException {
    try {
      return Standing.of(run, code);
    } catch (RuntimeException e) {
      getLog().debug(e);
      throw Advice.failure(what, Failures.describe(e));
    }
  }

  private Map<String, String> changes() throws MojoFailureException {
    return Overrides.of(overrides, overridesText);
  }
}
