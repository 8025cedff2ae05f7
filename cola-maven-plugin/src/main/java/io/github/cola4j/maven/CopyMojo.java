package io.github.cola4j.maven;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.StorageException;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Copies a template of {@code cola.yaml} to begin with; its comments say what to change. Example:
 * {@code mvn cola:copy -Dcola.template=instructions}. Works without a POM too.
 */
@Mojo(name = "copy", requiresProject = false, aggregator = true, threadSafe = true)
public final class CopyMojo extends AbstractMojo {
  /** Does nothing. Example: {@code -Dcola.skip}. */
  @Parameter(property = PropertyNames.SKIP, defaultValue = "false")
  private boolean skip;

  /** The template's name; {@code cola:list} lists them. Example: {@code -Dcola.template=chat}. */
  @Parameter(property = PropertyNames.TEMPLATE)
  private String template;

  /**
   * The file to write. One that is there is not overwritten. Example: {@code
   * -Dcola.target=specs/chat.yaml}.
   */
  @Parameter(property = PropertyNames.TARGET, defaultValue = "${basedir}/cola.yaml")
  private File target;

  @Override
  public void execute() throws MojoFailureException {
    if (skip) {
      getLog().info("Skipped: " + PropertyNames.SKIP + " is set");
      return;
    }
    Template chosen = chosen();
    Path file = target.toPath().toAbsolutePath().normalize();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new MojoFailureException(
          Advice.perhaps(
              "There is a " + (Files.isDirectory(file) ? "folder " : "file ") + file + " already",
              "name another file with "
                  + PropertyNames.option(PropertyNames.TARGET, template + ".yaml")));
    }
    try {
      AtomicFiles.write(file, chosen.text());
    } catch (StorageException | UncheckedIOException e) {
      throw new MojoFailureException(
          Advice.perhaps(
              "The template cannot be written: " + e.getMessage(),
              "name a file in a folder of yours with "
                  + PropertyNames.option(PropertyNames.TARGET, "…")),
          e);
    }
    getLog().info("Copied to " + file);
    getLog().info("Put in your base and data, as its comments say; then: mvn cola:validate");
  }

  private Template chosen() throws MojoFailureException {
    if (template == null || template.isBlank()) {
      throw new MojoFailureException(
          Advice.perhaps(
              "No template is named",
              "name one with "
                  + PropertyNames.option(PropertyNames.TEMPLATE, "…")
                  + ": "
                  + String.join(", ", Template.NAMES)));
    }
    return Template.of(template)
        .orElseThrow(
            () ->
                new MojoFailureException(
                    "There is no template \"%s\"; %s"
                        .formatted(template, NearMiss.advice(template, Template.NAMES))));
  }
}
