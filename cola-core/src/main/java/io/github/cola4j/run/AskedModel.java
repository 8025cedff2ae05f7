package io.github.cola4j.run;

import java.nio.file.Files;
import java.nio.file.Path;

/** Which model of a finished run is evaluated. */
sealed interface AskedModel {
  /** The run's base with what it learned beside it, as in training; the default. */
  record Adapter() implements AskedModel {
    @Override
    public String name() {
      return "adapter";
    }
  }

  /** The base with what was learned merged into its weights. */
  record Merged() implements AskedModel {
    @Override
    public String name() {
      return "merged";
    }
  }

  /** The base alone. */
  record Base() implements AskedModel {
    @Override
    public String name() {
      return "base";
    }
  }

  /** A PEFT folder, beside the run's base. */
  record AdapterFolder(Path folder) implements AskedModel {
    @Override
    public String name() {
      return lastPart(folder);
    }
  }

  /** A Hugging Face folder: a merged model, or another base. */
  record ModelFolder(Path folder) implements AskedModel {
    @Override
    public String name() {
      return lastPart(folder);
    }
  }

  /** What it is called in what is written: the word, or the last part of the folder's name. */
  String name();

  /**
   * Reads what the user wrote.
   *
   * @param text {@code adapter}, {@code merged}, {@code base}, or a folder
   * @throws RunException if it is neither
   */
  static AskedModel parse(String text) {
    switch (text) {
      case "adapter":
        return new Adapter();
      case "merged":
        return new Merged();
      case "base":
        return new Base();
      default:
        break;
    }
    Path folder = Path.of(text).toAbsolutePath().normalize();
    if (Files.exists(folder.resolve("adapter_config.json"))) {
      return new AdapterFolder(folder);
    }
    if (Files.exists(folder.resolve("config.json"))) {
      return new ModelFolder(folder);
    }
    throw new RunException(
        "there is no model at " + folder,
        "write adapter, merged or base",
        "or name a folder that holds config.json, or adapter_config.json");
  }

  private static String lastPart(Path folder) {
    return String.valueOf(folder.getFileName());
  }
}
