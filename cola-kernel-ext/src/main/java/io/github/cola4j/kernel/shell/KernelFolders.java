package io.github.cola4j.kernel.shell;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where Jupyter looks for kernels, as jupyter_core has it.
 *
 * @param environment the environment's variables
 * @param os the name of the operating system
 * @param home the user's folder
 */
record KernelFolders(Map<String, String> environment, String os, Path home) {
  static KernelFolders ofThisMachine() {
    return new KernelFolders(
        System.getenv(), System.getProperty("os.name"), Path.of(System.getProperty("user.home")));
  }

  /** Kernels of the user. */
  Path user() {
    return data().resolve("kernels");
  }

  /** Kernels of an installation. */
  Path prefix(Path prefix) {
    return prefix.resolve("share").resolve("jupyter").resolve("kernels");
  }

  private Path data() {
    String set = environment.get("JUPYTER_DATA_DIR");
    if (set != null && !set.isEmpty()) {
      return Path.of(set);
    }
    String system = os.toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      return home.resolve("Library").resolve("Jupyter");
    }
    if (system.startsWith("windows")) {
      String roaming = environment.get("APPDATA");
      return roaming == null || roaming.isEmpty()
          ? home.resolve(".jupyter").resolve("data")
          : Path.of(roaming).resolve("jupyter");
    }
    String xdg = environment.get("XDG_DATA_HOME");
    return (xdg == null || xdg.isEmpty() ? home.resolve(".local").resolve("share") : Path.of(xdg))
        .resolve("jupyter");
  }
}
