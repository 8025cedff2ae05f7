package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.PredictJob;
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
 * Tells what the adapter of a finished run makes of a text: its class, its score, or the text that
 * follows; or of an image: its class. Answers what stands in a file too, and into one. Examples:
 * {@code mvn cola:predict -Dcola.text="a gem of a film"}, {@code mvn cola:predict
 * -Dcola.input=reviews.tsv -Dcola.output=target/answers.jsonl}. Works without a POM too.
 */
@Mojo(name = "predict", requiresProject = false, threadSafe = true)
public final class PredictMojo extends AskMojo {
  /** A PNG or JPEG file, for a run that learned images. Example: {@code -Dcola.image=digit.png}. */
  @Parameter(property = PropertyNames.IMAGE)
  private File image;

  /**
   * The second text, for a run that learned from pairs. Example: {@code -Dcola.textPair="so is the
   * book"}.
   */
  @Parameter(property = PropertyNames.TEXT_PAIR)
  private String textPair;

  @Inject
  PredictMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    requireOne(
        Advice.perhaps(
            "There is no text",
            "give one, %s, or a file of them, %s"
                .formatted(
                    PropertyNames.option(PropertyNames.TEXT, "\"a gem of a film\""),
                    PropertyNames.option(PropertyNames.INPUT, "reviews.tsv"))),
        image);
    Path folder = runFolder();
    ObjectNode arguments = runArguments(folder);
    if (image != null) {
      arguments.putArray("images").add(image.getAbsolutePath());
    } else if (text() != null) {
      ArrayNode texts = arguments.putArray("texts").addArray().add(text());
      if (textPair != null) {
        texts.add(textPair);
      }
    }
    ask("Prediction", PredictJob.class, folder, arguments);
  }
}
