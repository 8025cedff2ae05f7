package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a number was measured on. */
final class Host {
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final double GIBI = 1 << 30;

  private Host() {}

  /** The processor, how many cores may be used, and the memory. */
  static ObjectNode described() {
    ObjectNode host = Forked.JSON.createObjectNode();
    host.put("cpu", processor()).put("cores", Runtime.getRuntime().availableProcessors());
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      host.put("memory_gb", Rounded.of(system.getTotalMemorySize() / GIBI, 0));
    }
    return host.put("system", System.getProperty("os.name"));
  }

  /** Its model where Linux tells it, otherwise its architecture. */
  private static String processor() {
    List<String> lines;
    try {
      lines = Files.readAllLines(PROCESSOR);
    } catch (IOException e) {
      lines = List.of();
    }
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}
