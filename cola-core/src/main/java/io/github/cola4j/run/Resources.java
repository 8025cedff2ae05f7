package io.github.cola4j.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What this process may use and uses of the machine. */
public final class Resources {
  private static final int KIBIBYTE = 1024;

  private Resources() {}

  /**
   * The physical cores among those this process may use: an operation's threads gain nothing from a
   * core's second half.
   */
  static int physicalCores() {
    int usable = Runtime.getRuntime().availableProcessors();
    Set<String> cores = new HashSet<>();
    String socket = "";
    for (String line : lines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("physical id")) {
        socket = line;
      } else if (line.startsWith("core id")) {
        cores.add(socket + line);
      }
    }
    return cores.isEmpty() ? usable : Math.min(usable, cores.size());
  }

  /** Resident memory in bytes; 0 where the platform does not tell. */
  public static long residentBytes() {
    return status("VmRSS:");
  }

  /** The most resident memory so far in bytes; 0 where the platform does not tell. */
  public static long peakResidentBytes() {
    return status("VmHWM:");
  }

  private static long status(String key) {
    for (String line : lines(Path.of("/proc/self/status"))) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE;
      }
    }
    return 0;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // no Linux
    }
  }
}
