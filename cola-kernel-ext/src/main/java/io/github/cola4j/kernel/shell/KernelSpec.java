package io.github.cola4j.kernel.shell;

import com.google.gson.GsonBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Jupyter is told about this kernel.
 *
 * @param java the command that starts Java
 */
record KernelSpec(Path java) {
  /** The name of the jar beside {@code kernel.json}. */
  static final String JAR = "cola-kernel.jar";

  /**
   * Few classes of a kernel run long enough for the best compiler, and a collector of one thread
   * starts soonest.
   */
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  /** The text of {@code kernel.json}. */
  String json() {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(FLAGS);
    command.addAll(List.of("-jar", "{resource_dir}/" + JAR, "{connection_file}"));
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("argv", command);
    spec.put("display_name", "Java (ColA)");
    spec.put("language", "java");
    spec.put("interrupt_mode", "message");
    spec.put("metadata", Map.of("debugger", false));
    return new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create().toJson(spec) + "\n";
  }
}
