package io.github.cola4j.kernel.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InstallTest {
  @TempDir private Path folder;
  private Path jar;

  @BeforeEach
  void makeJar() throws IOException {
    jar = Files.writeString(folder.resolve("built.jar"), "a jar");
  }

  @Test
  void writesSpecAndJar() throws Exception {
    Path kernel = folder.resolve("kernels").resolve("java");
    Install.write(kernel, jar, new KernelSpec(Path.of("bin", "java")));
    assertEquals("a jar", Files.readString(kernel.resolve("cola-kernel.jar")));
    JsonObject spec =
        JsonParser.parseString(Files.readString(kernel.resolve("kernel.json"))).getAsJsonObject();
    assertEquals("message", spec.get("interrupt_mode").getAsString());
    assertEquals("java", spec.get("language").getAsString());
    List<String> command =
        spec.getAsJsonArray("argv").asList().stream().map(e -> e.getAsString()).toList();
    assertEquals(Path.of("bin", "java").toString(), command.get(0));
    assertEquals(
        List.of("-jar", "{resource_dir}/cola-kernel.jar", "{connection_file}"),
        command.subList(command.size() - 3, command.size()));
  }

  @Test
  void replacesAnOlderOneAndLeavesNothingElse() throws Exception {
    Path kernels = folder.resolve("kernels");
    Path kernel = kernels.resolve("java");
    Files.createDirectories(kernel);
    Files.writeString(kernel.resolve("old.txt"), "old");
    Install.write(kernel, jar, new KernelSpec(Path.of("java")));
    assertEquals(List.of("cola-kernel.jar", "kernel.json"), names(kernel));
    assertEquals(List.of("java"), names(kernels));
  }

  @Test
  void aFailureLeavesTheOlderOne() throws IOException {
    Path kernels = folder.resolve("kernels");
    Path kernel = kernels.resolve("java");
    Files.createDirectories(kernel);
    Files.writeString(kernel.resolve("old.txt"), "old");
    Path none = folder.resolve("none.jar");
    Install.InstallException error =
        assertThrows(
            Install.InstallException.class,
            () -> Install.write(kernel, none, new KernelSpec(Path.of("java"))));
    assertTrue(error.getMessage().contains("none.jar"), error.getMessage());
    assertEquals(List.of("old.txt"), names(kernel));
    assertEquals(List.of("java"), names(kernels));
  }

  @Test
  void aFolderThatCanNotBeIsTold() {
    Install.InstallException error =
        assertThrows(
            Install.InstallException.class,
            () ->
                Install.write(
                    jar.resolve("kernels").resolve("java"), jar, new KernelSpec(Path.of("java"))));
    assertTrue(error.getMessage().contains("--prefix DIR"), error.getMessage());
  }

  @Test
  void wrongArgumentsAreUsageErrors() {
    assertEquals(2, run());
    assertEquals(2, run("install", "--nonsense"));
    assertEquals(2, run("install", "--name", "a/b"));
    assertEquals(2, run("install", "--user", "--sys-prefix"));
    assertEquals(2, run(folder.resolve("no-connection.json").toString()));
    assertEquals(0, run("--version"));
  }

  @Test
  void installsFromItsJarAlone() {
    assertEquals(1, run("install", "--prefix", folder.toString()));
  }

  private static int run(String... arguments) {
    CommandLine line = Main.commandLine();
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return line.setOut(nowhere).setErr(nowhere).execute(arguments);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
