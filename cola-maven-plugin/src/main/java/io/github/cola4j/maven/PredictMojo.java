package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.PredictJob;
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
 * Tells what the adapter of a finished run makes of a text: its class, its score, or the text that
 * follows; or of an image: its class. Example: {@code mvn cola:predict -Dcola.text="a gem of a
 * film"}. Works without a POM too.
 */
@Mojo(name = "predict", requiresProject = false, threadSafe = true)
public final class PredictMojo extends RunMojo {
  /** The text. Example: {@code -Dcola.text="a gem of a film"}. */
  @Parameter(property = PropertyNames.TEXT)
  private String text;

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
    if (image == null && (text == null || text.isBlank())) {
      throw new MojoFailureException(
          Advice.perhaps(
              "There is no text",
              "give one: " + PropertyNames.option(PropertyNames.TEXT, "\"a gem of a film\"")));
    }
    Path folder = runFolder();
    ObjectNode arguments = runArguments(folder);
    if (image != null) {
      arguments.putArray("images").add(image.getAbsolutePath());
    } else {
      ArrayNode texts = arguments.putArray("texts").addArray().add(text);
      if (textPair != null) {
        texts.add(textPair);
      }
    }
    work("Prediction", PredictJob.class, arguments, DeviceChoice.AUTO, folder.getParent());
  }
}
