package io.github.cola4j.maven;

import io.github.cola4j.checkpoint.StorageException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.maven.plugin.MojoFailureException;

/**
 * Where goals leave reports.
 *
 * @param folder made if need be
 */
record Reports(Path folder) {
  /** Writes into a folder. */
  @FunctionalInterface
  interface Writing {
    void into(Path folder);
  }

  /**
   * Writes reports, whose plots need no screen.
   *
   * @throws MojoFailureException if the folder cannot be written to
   */
  void write(Writing writing) throws MojoFailureException {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
    try {
      writing.into(folder);
    } catch (StorageException | UncheckedIOException e) {
      throw new MojoFailureException(
          Advice.perhaps(
              "The reports cannot be written to " + folder + ": " + e.getMessage(),
              "name another folder with " + PropertyNames.option(PropertyNames.REPORTS, "…")),
          e);
    }
  }
}
