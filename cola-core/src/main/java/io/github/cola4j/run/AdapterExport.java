package io.github.cola4j.run;

import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.checkpoint.StoredZip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A run's adapters for others: a PEFT folder, with what users have of their own in {@code
 * users/<name>/}, and a README.md that says what they are. The same adapters give the same bytes.
 *
 * @param adapters by the folder they go to, which is empty for the one at the root
 */
record AdapterExport(FinishedRun run, Map<String, PeftAdapter> adapters) {
  private static final String README = "README.md";
  private static final Set<String> OURS =
      Set.of("adapter_config.json", "adapter_model.safetensors", README, RunFolder.USERS);

  /** The earliest time that a zip can tell. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /**
   * Reads a run's adapters.
   *
   * @param baseName by what name others find the base: one of the hub, or a name alone; by default
   *     what the run calls it
   * @throws RunException for another name
   */
  static AdapterExport of(FinishedRun run, Optional<String> baseName) {
    Map<String, PeftAdapter> adapters = new TreeMap<>();
    if (run.user().isPresent()) {
      adapters.put("", read(run.adapter(), baseName));
    } else {
      Path together = run.folder().resolve(RunFolder.ADAPTER);
      if (Files.isDirectory(together)) {
        adapters.put("", read(together, baseName));
      }
      for (String user : run.users()) {
        adapters.put(RunFolder.USERS + "/" + user, read(run.asUser(user).adapter(), baseName));
      }
    }
    return new AdapterExport(run, adapters);
  }

  private static PeftAdapter read(Path folder, Optional<String> baseName) {
    PeftAdapter adapter = PeftFolder.read(folder);
    if (baseName.isEmpty()) {
      return adapter;
    }
    PeftConfig config = adapter.config().withBase(baseName.get());
    if (!baseName.get().equals(config.baseModelNameOrPath())) {
      throw new RunException(
          "'%s' is no name of a base".formatted(baseName.get()),
          "write one that others find it by: owner/name, as on the hub, or a name alone");
    }
    return new PeftAdapter(config, adapter.tensors());
  }

  private PeftConfig config() {
    return adapters.values().iterator().next().config();
  }

  /** Whether Python's PEFT can read all of them. */
  boolean readByPeft() {
    return adapters.values().stream()
        .allMatch(adapter -> adapter.config().peftType() == PeftConfig.PeftType.LORA);
  }

  /** What it is, in words. */
  String words() {
    return (adapters.size() == 1 ? "an adapter" : adapters.size() + " adapters")
        + Optional.ofNullable(config().baseModelNameOrPath())
            .map(name -> " of the base " + name)
            .orElse("");
  }

  /**
   * Writes them.
   *
   * @param target a folder, or, where its name ends in {@code .zip}, a zip; what was exported there
   *     before is replaced
   * @throws RunException if it holds anything else
   */
  void write(Path target) {
    try {
      requireReplaceable(target);
      if (!isZip(target)) {
        AtomicFiles.writeFolder(target, this::fill);
        return;
      }
      Path folder = Files.createTempDirectory("cola-export");
      try {
        fill(folder);
        StoredZip.write(target, files(folder), TIME);
      } finally {
        RunFolder.delete(folder);
      }
    } catch (IOException e) {
      throw StorageException.of(target, e);
    }
  }

  private static boolean isZip(Path target) {
    return target.getFileName().toString().endsWith(".zip");
  }

  private void fill(Path folder) throws IOException {
    // Sorted, so that the one at the root, which replaces all there, is the first.
    for (Map.Entry<String, PeftAdapter> adapter : adapters.entrySet()) {
      PeftFolder.write(folder.resolve(adapter.getKey()), adapter.getValue());
    }
    Files.writeString(folder.resolve(README), ExportReadme.of(run, adapters));
  }

  private static Map<String, Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .collect(
              Collectors.toMap(
                  file -> folder.relativize(file).toString().replace('\\', '/'), file -> file));
    }
  }

  /** What is replaced must be what was exported before: nobody's other files. */
  private static void requireReplaceable(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    boolean ours;
    if (Files.isDirectory(target)) {
      try (Stream<Path> content = Files.list(target)) {
        List<String> names = content.map(file -> file.getFileName().toString()).toList();
        ours =
            names.isEmpty()
                || OURS.containsAll(names)
                    && names.contains(README)
                    && ExportReadme.isOurs(Files.readString(target.resolve(README)));
      }
    } else {
      ours = isZip(target) && isOurs(target);
    }
    if (!ours) {
      throw new RunException(
          "%s holds something else than exported adapters".formatted(target),
          "name a target that is not there yet");
    }
  }

  private static boolean isOurs(Path zip) {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      ZipEntry readme = file.getEntry(README);
      return readme != null
          && ExportReadme.isOurs(
              new String(file.getInputStream(readme).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) { // no zip, whatever its name says
      return false;
    }
  }
}
