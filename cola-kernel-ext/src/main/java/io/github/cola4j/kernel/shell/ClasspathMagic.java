package io.github.cola4j.kernel.shell;

import io.github.cola4j.kernel.notebook.Completes;
import io.github.cola4j.kernel.notebook.Helps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.util.PathsHandler;

/** {@code %classpath}: jars and folders of classes that cells can use. */
final class ClasspathMagic implements LineMagic<String, JavaKernel>, Completes, Helps {
  @Override
  public String eval(JavaKernel kernel, List<String> arguments) {
    if (arguments.isEmpty()) {
      List<Path> paths = kernel.classpath();
      return paths.isEmpty()
          ? "The class path is empty."
          : String.join("\n", paths.stream().map(Path::toString).toList());
    }
    List<Path> found = new ArrayList<>();
    for (String argument : arguments) {
      found.addAll(find(argument));
    }
    kernel.addToClasspath(found);
    return null;
  }

  private static List<Path> find(String argument) {
    String path =
        argument.startsWith("~/")
            ? System.getProperty("user.home") + argument.substring(1)
            : argument;
    List<Path> found;
    try {
      found =
          Files.exists(Path.of(path)) ? List.of(Path.of(path)) : PathsHandler.resolveGlobs(path);
    } catch (InvalidPathException e) {
      found = Files.exists(Path.of("")) ? PathsHandler.resolveGlobs(path) : List.of();
    }
    found = found.stream().filter(Files::exists).toList();
    if (found.isEmpty()) {
      throw CellFailure.of(
          "ClasspathError",
          "There is no file or folder "
              + argument
              + "; relative paths begin at "
              + Path.of("").toAbsolutePath());
    }
    return found.stream().map(p -> p.toAbsolutePath().normalize()).toList();
  }

  @Override
  public List<String> complete(List<String> words, String last) {
    int name = Math.max(last.lastIndexOf('/'), last.lastIndexOf('\\')) + 1;
    String folder = last.substring(0, name);
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(last.substring(name)))
          .filter(file -> Files.isDirectory(file) || file.toString().endsWith(".jar"))
          .map(file -> folder + file.getFileName() + (Files.isDirectory(file) ? "/" : ""))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException | InvalidPathException e) {
      return List.of();
    }
  }

  @Override
  public String help(List<String> words) {
    return """
        %classpath                    shows what was added to the class path
        %classpath PATH…              adds jars and folders of classes; lib/*.jar adds many
        """;
  }
}
