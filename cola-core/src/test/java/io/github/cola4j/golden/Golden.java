package io.github.cola4j.golden;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the reference values are: the folder named by {@code cola.golden}, else the copy in the
 * test resources.
 */
public final class Golden {
  private Golden() {}

  /** The folder that holds {@code bert/}, {@code roberta/}, {@code optim.json}, … */
  public static Path folder() {
    String named = System.getProperty("cola.golden", "");
    if (!named.isBlank()) {
      Path folder = Path.of(named).toAbsolutePath();
      if (!Files.isDirectory(folder)) {
        throw new IllegalStateException("-Dcola.golden names no folder: " + folder);
      }
      return folder;
    }
    URL copy = Golden.class.getResource("/golden");
    try {
      return Path.of(copy.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One file or folder among them, say {@code file("bert", "inputs.safetensors")}. */
  public static Path file(String first, String... more) {
    return folder().resolve(Path.of(first, more));
  }
}
