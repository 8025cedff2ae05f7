package io.github.cola4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A PEFT adapter folder, {@code adapter_config.json} and {@code adapter_model.safetensors}, read
 * and written. What is written with {@code peft_type} LORA loads in Python with {@code
 * PeftModel.from_pretrained}.
 */
public final class PeftFolder {
  static final String TENSORS = "adapter_model.safetensors";

  private PeftFolder() {}

  /** The files of a folder that {@link #read} reads, those that are there. */
  public static List<Path> files(Path folder) {
    return Stream.of(PeftConfigFile.NAME, TENSORS)
        .map(folder::resolve)
        .filter(Files::exists)
        .toList();
  }

  /**
   * Reads an adapter; its tensors are copied, so the folder may be replaced afterwards. Where its
   * config leaves out some of its targets ({@code layers_to_transform}, {@code exclude_modules}),
   * the targets here are the paths at which there are adapters.
   *
   * @throws CheckpointException if something is missing or damaged, or the adapter asks for
   *     something that is not supported (DoRA, biases, another {@code peft_type}, …)
   */
  public static PeftAdapter read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder, "there is no such folder; name one that holds adapter_config.json");
    }
    PeftConfigFile.Found found = PeftConfigFile.read(folder.resolve(PeftConfigFile.NAME));
    Path file = folder.resolve(TENSORS);
    if (!Files.exists(file) && Files.exists(folder.resolve("adapter_model.bin"))) {
      throw new CheckpointException(
          folder,
          "has its tensors in adapter_model.bin only, and safetensors are needed; load it with PEFT"
              + " in Python and save it with save_pretrained(<new folder>)");
    }
    Map<String, HostTensor> tensors = new TreeMap<>();
    try (Safetensors stored = Safetensors.open(file)) {
      for (String name : stored.names()) {
        if (isBaseTable(name, stored.names())) {
          continue;
        }
        if (tensors.put(withoutAdapterName(name), stored.read(name)) != null) {
          throw new CheckpointException(file, "holds '" + withoutAdapterName(name) + "' twice");
        }
      }
    }
    PeftAdapter adapter = new PeftAdapter(found.config(), tensors);
    try {
      adapter.paths().forEach(found.config()::scaling);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          folder.resolve(PeftConfigFile.NAME),
          "rank_pattern or alpha_pattern cannot be followed: " + e.getMessage(),
          e);
    }
    adapter
        .problem()
        .ifPresent(
            problem -> {
              throw new CheckpointException(file, problem);
            });
    if (found.narrowed()) {
      TargetModules sites = new TargetModules.Names(List.copyOf(adapter.paths()));
      return new PeftAdapter(found.config().withTargetModules(sites), tensors);
    }
    return adapter;
  }

  /**
   * Writes an adapter, replacing the whole folder if there is one. The same adapter gives the same
   * bytes.
   *
   * @throws StorageException if the disk is full; an older folder is then still there
   * @throws IllegalArgumentException if tensors and config do not fit together
   */
  public static void write(Path folder, PeftAdapter adapter) {
    adapter
        .problem()
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    AtomicFiles.writeFolder(
        folder,
        temporary -> {
          AtomicFiles.write(
              temporary.resolve(PeftConfigFile.NAME), PeftConfigFile.text(adapter.config()));
          SafetensorsWriter.write(
              temporary.resolve(TENSORS), adapter.tensors(), Map.of("format", "pt"));
        });
  }

  /** PEFT adds the base's own table where an embedding is adapted. */
  private static boolean isBaseTable(String key, Collection<String> keys) {
    String suffix = ".base_layer.weight";
    return key.endsWith(suffix)
        && keys.stream()
            .anyMatch(
                other ->
                    other.startsWith(
                        key.substring(0, key.length() - suffix.length()) + ".lora_embedding_"));
  }

  /** Some versions of PEFT leave the adapter's name in; it says nothing, so both forms are read. */
  private static String withoutAdapterName(String key) {
    return key.replaceFirst("\\.modules_to_save\\.[^.]+\\.", ".")
        .replaceFirst("\\.(lora_[AB])\\.[^.]+\\.weight$", ".$1.weight")
        .replaceFirst("\\.(lora_embedding_[AB])\\.[^.]+$", ".$1");
  }
}
