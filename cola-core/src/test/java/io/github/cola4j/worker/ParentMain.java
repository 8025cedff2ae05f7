package io.github.cola4j.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A front end in a JVM of its own: runs a job and prints what it hears. */
final class ParentMain {
  private ParentMain() {}

  /** Arguments: job, class path, grace in ms, folder for logs, file for the job's mark. */
  public static void main(String[] args) throws Exception {
    List<Path> classPath = Arrays.stream(args[1].split(File.pathSeparator)).map(Path::of).toList();
    ObjectNode arguments =
        JsonNodeFactory.instance.objectNode().put("mark", args[4]).put("count", 3);
    WorkerCommand command =
        WorkerCommand.of(classPath, Path.of(args[3]), args[0], arguments)
            .withLimits(null, Duration.ofMillis(Long.parseLong(args[2])));
    Worker worker = Worker.start(command, System.out::println, System.out::println);
    System.out.println("worker " + worker.pid());
    System.out.println(worker.await().text());
  }
}
