package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Job;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/** What goals have in common that ask a finished run: what is asked, and where answers go. */
abstract class AskMojo extends RunMojo {
  private static final String STANDARD_INPUT = "-";

  /** The text. Example: {@code -Dcola.text="a gem of a film"}. */
  @Parameter(property = PropertyNames.TEXT)
  private String text;

  /**
   * Instead of a text a file of them: {@code .txt}, with one on each line, or {@code .tsv}, {@code
   * .csv} or {@code .jsonl}, with the columns that the run was trained on; for a run that learned
   * images a folder of them, or a {@code .txt} file with a path on each line; {@code -} for what
   * Maven is given as standard input, by default a text on each line. Example: {@code
   * -Dcola.input=reviews.tsv}.
   */
  @Parameter(property = PropertyNames.INPUT)
  private File input;

  /**
   * How the input is written, if its name does not say: {@code txt}, {@code tsv}, {@code csv} or
   * {@code jsonl}. Example: {@code -Dcola.input=- -Dcola.inputFormat=jsonl}.
   */
  @Parameter(property = PropertyNames.INPUT_FORMAT)
  private String inputFormat;

  /**
   * A file for the answers, a JSON object on each line, in the order of what is asked; by default
   * they go to the log. Example: {@code -Dcola.output=target/answers.jsonl}.
   */
  @Parameter(property = PropertyNames.OUTPUT)
  private File output;

  AskMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  /** The text that is asked about; null for none. */
  final String text() {
    return text;
  }

  /**
   * Refuses to begin where nothing is asked, or two things are.
   *
   * @param nothing what to say then
   * @param image one, or null
   */
  final void requireOne(String nothing, File image) throws MojoFailureException {
    List<String> given = new ArrayList<>();
    if (text != null && !text.isBlank()) {
      given.add(PropertyNames.TEXT);
    }
    if (input != null) {
      given.add(PropertyNames.INPUT);
    }
    if (image != null) {
      given.add(PropertyNames.IMAGE);
    }
    if (given.isEmpty()) {
      throw new MojoFailureException(nothing);
    }
    if (given.size() > 1) {
      throw new MojoFailureException(
          Advice.perhaps("More is given than one of " + String.join(", ", given), "keep one"));
    }
  }

  /**
   * Asks the run.
   *
   * @param what is done, for messages
   * @param folder {@link #runFolder}'s
   * @param arguments {@link #runArguments}, and what is asked unless that is a file
   */
  final void ask(String what, Class<? extends Job> job, Path folder, ObjectNode arguments)
      throws MojoExecutionException, MojoFailureException {
    if (output != null) {
      arguments.put("output", output.getAbsolutePath());
    }
    if (input == null) {
      work(what, job, arguments, DeviceChoice.AUTO, folder.getParent());
    } else if (input.getName().equals(STANDARD_INPUT)) {
      askOfStandardInput(what, job, folder, arguments);
    } else {
      askOfFile(what, job, folder, arguments, input.toPath());
    }
  }

  private void askOfFile(
      String what, Class<? extends Job> job, Path folder, ObjectNode arguments, Path file)
      throws MojoExecutionException, MojoFailureException {
    ObjectNode asked = arguments.withObject("/input").put("file", file.toAbsolutePath().toString());
    if (inputFormat != null) {
      asked.put("format", inputFormat.toLowerCase(Locale.ROOT));
    }
    work(what, job, arguments, DeviceChoice.AUTO, folder.getParent());
  }

  /** The worker has a standard input of its own, so that Maven's is put into a file for it. */
  private void askOfStandardInput(
      String what, Class<? extends Job> job, Path folder, ObjectNode arguments)
      throws MojoExecutionException, MojoFailureException {
    try {
      Path temporary = Files.createTempDirectory("cola");
      Path file = temporary.resolve("standard-input.txt");
      try {
        getLog().info("Reads standard input to its end");
        Files.copy(System.in, file);
        // A list of images is relative to where - would be.
        arguments
            .withObject("/input")
            .put("folder", input.getAbsoluteFile().getParentFile().getPath());
        askOfFile(what, job, folder, arguments, file);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new MojoExecutionException("Standard input cannot be read: " + e.getMessage(), e);
    }
  }
}
