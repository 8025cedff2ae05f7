package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.worker.WorkerCommand;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaCommandTest {
  private static final Path TOOLCHAIN = Path.of("jdk-21", "bin", "java");
  private static final Path HERE = WorkerCommand.currentJava();

  @Test
  void theConfiguredOneWinsThenTheToolchainThenMavensOwn() throws Exception {
    assertEquals(HERE, JavaCommand.choose(HERE.toString(), Optional.of(TOOLCHAIN)));
    assertEquals(TOOLCHAIN, JavaCommand.choose(null, Optional.of(TOOLCHAIN)));
    assertEquals(HERE, JavaCommand.choose(" ", Optional.empty()));
  }

  @Test
  void aJdksFolderServesToo() throws Exception {
    String jdk = System.getProperty("java.home");
    assertEquals(HERE, JavaCommand.choose(jdk, Optional.empty()));
  }

  @Test
  void aBareCommandIsTheSystemsToFind() throws Exception {
    assertEquals(Path.of("java"), JavaCommand.choose("java", Optional.empty()));
  }

  @Test
  void whatIsNoJavaIsRefused(@TempDir Path empty) {
    MojoFailureException e =
        assertThrows(
            MojoFailureException.class,
            () -> JavaCommand.choose(empty.toString(), Optional.empty()));
    assertTrue(e.getMessage().startsWith("cola.jvm is " + empty + ", which is no java"));
  }
}
