package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.GenerateJob;
import java.nio.file.Path;
import java.util.Map;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Writes text with the adapter of a finished run: what follows a prompt, or what a
 * sequence-to-sequence model makes of a text; as the spec's {@code generation} says, or otherwise.
 * Example: {@code mvn cola:generate -Dcola.text="Once upon a time"
 * -Dcola.generation=max_new_tokens=64,do_sample=true,temperature=0.8}. Works without a POM too.
 */
@Mojo(name = "generate", requiresProject = false, threadSafe = true)
public final class GenerateMojo extends AskMojo {
  /**
   * What is other than in the spec's {@code generation}, as pairs with commas between them; keys as
   * there. Example: {@code -Dcola.generation=num_beams=4,max_new_tokens=64}.
   */
  @Parameter(property = PropertyNames.GENERATION)
  private String generation;

  /** What decides which text is drawn; by default the spec's. Example: {@code -Dcola.seed=7}. */
  @Parameter(property = PropertyNames.SEED)
  private Long seed;

  /**
   * How many texts are drawn for each prompt, with {@code do_sample=true}. Example: {@code
   * -Dcola.samples=3}.
   */
  @Parameter(property = PropertyNames.SAMPLES, defaultValue = "1")
  private int samples;

  @Inject
  GenerateMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    requireOne(
        Advice.perhaps(
            "There is no prompt",
            "give one, %s, or a file of them, %s"
                .formatted(
                    PropertyNames.option(PropertyNames.TEXT, "\"Once upon a time\""),
                    PropertyNames.option(PropertyNames.INPUT, "prompts.txt"))),
        null);
    if (samples < 1) {
      throw new MojoFailureException(
          Advice.perhaps(PropertyNames.SAMPLES + " is " + samples, "ask for one text or more"));
    }
    Map<String, String> changes =
        Overrides.pairs(PropertyNames.GENERATION, generation, "max_new_tokens=64,num_beams=4");
    Path folder = runFolder();
    ObjectNode arguments = runArguments(folder).put("samples", samples);
    changes.forEach(arguments.putObject("generation")::put);
    if (seed != null) {
      arguments.put("seed", seed);
    }
    if (text() != null) {
      arguments.putArray("texts").addArray().add(text());
    }
    ask("Generation", GenerateJob.class, folder, arguments);
  }
}
