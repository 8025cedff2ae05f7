package io.github.cola4j.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A front end in a JVM of its own: runs a job and prints what it hears. */
final class ParentMain {
  private ParentMain() {}

  /**
   * Arguments: job, grace in ms, folder for logs, file for the job's mark, and perhaps a folder in
   * which the worker's class path gets names that are hard to quote.
   */
  public static void main(String[] args) throws Exception {
    List<Path> classPath = Workers.classPath();
    if (args.length > 4) {
      classPath = underOddNames(classPath, Path.of(args[4]));
    }
    ObjectNode arguments =
        JsonNodeFactory.instance.objectNode().put("mark", args[3]).put("count", 3);
    WorkerCommand command =
        WorkerCommand.of(classPath, Path.of(args[2]), args[0], arguments)
            .withLimits(null, Duration.ofMillis(Long.parseLong(args[1])));
    Worker worker = Worker.start(command, System.out::println, System.out::println);
    System.out.println("worker " + worker.pid());
    System.out.println(worker.await().text());
  }

  private static List<Path> underOddNames(List<Path> classPath, Path folder) throws IOException {
    Path odd = folder.resolve("zwölf 'Äpfel' #d ${e} %p \u00e9");
    List<Path> moved = new ArrayList<>();
    for (Path entry : classPath) {
      Path copy = Files.isDirectory(entry) ? odd.resolve("x " + moved.size()) : entry;
      if (Files.isDirectory(entry)) {
        copy(entry, copy);
      }
      moved.add(copy);
    }
    return moved;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else if (file.toString().contains("cola4j")) {
          Files.copy(file, copy); // and not the reference values
        }
      }
    }
  }
}
