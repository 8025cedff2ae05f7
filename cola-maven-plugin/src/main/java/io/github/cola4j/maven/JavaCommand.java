package io.github.cola4j.maven;

import io.github.cola4j.worker.WorkerCommand;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.maven.plugin.MojoFailureException;

/** Which {@code java} runs the worker. */
final class JavaCommand {
  private JavaCommand() {}

  /**
   * The configured one, else the toolchain's, else the one that runs Maven.
   *
   * @param configured path of a {@code java} or of a JDK, or a bare command; null for none
   * @param toolchain the {@code java} of the JDK toolchain that the build selects
   */
  static Path choose(String configured, Optional<Path> toolchain) throws MojoFailureException {
    if (configured == null || configured.isBlank()) {
      return toolchain.orElseGet(WorkerCommand::currentJava);
    }
    Path path = Path.of(configured.strip());
    if (path.getNameCount() == 1 && !path.isAbsolute() && !Files.exists(path)) {
      return path; // the system looks it up
    }
    if (Files.isDirectory(path)) {
      path = path.resolve("bin").resolve(File.separatorChar == '\\' ? "java.exe" : "java");
    }
    if (!Files.isExecutable(path)) {
      throw new MojoFailureException(
          Advice.perhaps(
              "%s is %s, which is no java".formatted(PropertyNames.JVM, configured),
              "name a JDK's folder or its bin/java, or leave it out to use the JDK that runs"
                  + " Maven"));
    }
    return path.toAbsolutePath();
  }
}
