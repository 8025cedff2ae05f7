package io.github.cola4j.kernel.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelFoldersTest {
  private static final Path HOME = Path.of("home", "me");

  @Test
  void areThoseOfJupyter() {
    assertEquals(HOME.resolve(".local/share/jupyter/kernels"), user(Map.of(), "Linux"));
    assertEquals(HOME.resolve("Library/Jupyter/kernels"), user(Map.of(), "Mac OS X"));
    assertEquals(
        Path.of("roaming", "jupyter", "kernels"), user(Map.of("APPDATA", "roaming"), "Windows 11"));
    assertEquals(
        Path.of("xdg", "jupyter", "kernels"), user(Map.of("XDG_DATA_HOME", "xdg"), "Linux"));
  }

  @Test
  void aFolderThatIsSetGoesFirst() {
    for (String os : new String[] {"Linux", "Mac OS X", "Windows 11"}) {
      assertEquals(
          Path.of("data", "kernels"),
          user(Map.of("JUPYTER_DATA_DIR", "data", "XDG_DATA_HOME", "xdg", "APPDATA", "r"), os));
    }
  }

  @Test
  void ofAnInstallation() {
    assertEquals(
        Path.of("env", "share", "jupyter", "kernels"),
        new KernelFolders(Map.of(), "Linux", HOME).prefix(Path.of("env")));
  }

  private static Path user(Map<String, String> environment, String os) {
    return new KernelFolders(environment, os, HOME).user();
  }
}
