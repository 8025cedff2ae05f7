package io.github.cola4j.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a machine has, as far as the choice of a native library depends on it.
 *
 * @param platform operating system and processor as DJL names them, say {@code linux-x86_64};
 *     {@code linux-musl-x86_64} for a Linux without glibc
 * @param gpus NVIDIA GPUs; empty if there are some but their number is not known
 * @param lookedAt where GPUs were looked for, and what was there, for messages
 * @param cudaRuntime folder of the CUDA runtime library (libcudart), without which DJL sees no GPU
 * @param libtorch what {@code PYTORCH_LIBRARY_PATH} names, if that is set
 * @param pytorchVersion {@code PYTORCH_VERSION}, empty if not set
 * @param pytorchFlavor {@code PYTORCH_FLAVOR}, empty if not set
 * @param cudaInDjlCache whether DJL downloaded its libtorch for CUDA before
 */
public record Machine(
    String platform,
    Optional<Integer> gpus,
    List<String> lookedAt,
    Optional<Path> cudaRuntime,
    Optional<Libtorch> libtorch,
    String pytorchVersion,
    String pytorchFlavor,
    boolean cudaInDjlCache) {

  /**
   * What an environment variable names as libtorch.
   *
   * @param path the variable's value
   * @param found whether there is a libtorch
   * @param cuda whether it can use CUDA
   */
  public record Libtorch(String path, boolean found, boolean cuda) {}

  private static final Pattern GPU_DEVICE = Pattern.compile("nvidia\\d+");
  private static final Pattern CUDA_RUNTIME =
      Pattern.compile("libcudart\\.so(\\.\\d+)*|cudart64_\\d+\\.dll");

  /** This machine. */
  public static Machine current() {
    return probe(
        Path.of(File.separator),
        System.getenv(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Path.of(System.getProperty("user.home")));
  }

  /** Whether a GPU is there to be used. */
  public boolean hasGpu() {
    return gpus.map(count -> count > 0).orElse(true);
  }

  /** A machine with its root folder, variables, and names of system and processor. */
  static Machine probe(Path root, Map<String, String> env, String os, String arch, Path home) {
    String platform = platform(root, os, arch);
    List<String> lookedAt = new ArrayList<>();
    Optional<Integer> gpus = gpus(root, env, platform, lookedAt);
    return new Machine(
        platform,
        gpus,
        List.copyOf(lookedAt),
        cudaRuntime(root, env),
        Optional.ofNullable(env.get("PYTORCH_LIBRARY_PATH"))
            .filter(path -> !path.isBlank())
            .map(Machine::libtorch),
        env.getOrDefault("PYTORCH_VERSION", ""),
        env.getOrDefault("PYTORCH_FLAVOR", ""),
        hasFile(
            djlCache(env, home)
                .resolve(
                    Natives.VERSIONS.pytorch()
                        + "-"
                        + Natives.VERSIONS.cudaFlavor()
                        + "-"
                        + platform),
            name -> name.equals("libtorch.so") || name.equals("torch.dll")));
  }

  private static String platform(Path root, String os, String arch) {
    String system = os.toLowerCase(Locale.ROOT);
    String prefix =
        system.startsWith("win")
            ? "win"
            : system.startsWith("mac")
                ? "osx"
                : system.equals("linux") && isMusl(root)
                    ? "linux-musl"
                    : system.replaceAll("\\s+", "");
    String processor = arch.equals("amd64") ? "x86_64" : arch;
    return prefix + "-" + processor;
  }

  /** Alpine and its like: musl's loader is there, and glibc's is not. */
  private static boolean isMusl(Path root) {
    return hasFile(root.resolve("lib"), name -> name.startsWith("ld-musl-"))
        && !hasFile(root.resolve("lib"), name -> name.startsWith("ld-linux"))
        && !hasFile(root.resolve("lib64"), name -> name.startsWith("ld-linux"));
  }

  private static Optional<Integer> gpus(
      Path root, Map<String, String> env, String platform, List<String> lookedAt) {
    String visible = env.get("CUDA_VISIBLE_DEVICES");
    if (visible != null && (visible.isBlank() || visible.strip().startsWith("-1"))) {
      lookedAt.add("CUDA_VISIBLE_DEVICES=\"" + visible + "\" hides every GPU");
      return Optional.of(0);
    }
    if (platform.startsWith("win")) {
      boolean driver = Files.exists(root.resolve("Windows/System32/nvcuda.dll"));
      lookedAt.add("Windows\\System32\\nvcuda.dll: " + (driver ? "found" : "not there"));
      return driver ? Optional.empty() : Optional.of(0);
    }
    if (!platform.startsWith("linux")) {
      lookedAt.add(platform + " has no CUDA");
      return Optional.of(0);
    }
    int count = count(root.resolve("proc/driver/nvidia/gpus"), name -> true);
    lookedAt.add("/proc/driver/nvidia/gpus: " + (count > 0 ? count + " GPU(s)" : "not there"));
    if (count == 0) {
      count = count(root.resolve("dev"), name -> GPU_DEVICE.matcher(name).matches());
      lookedAt.add("/dev/nvidia0: " + (count > 0 ? "found" : "not there"));
    }
    if (count == 0) {
      boolean wsl =
          Files.exists(root.resolve("dev/dxg"))
              && Files.exists(root.resolve("usr/lib/wsl/lib/libcuda.so.1"));
      lookedAt.add("/dev/dxg (WSL): " + (wsl ? "found" : "not there"));
      return wsl ? Optional.empty() : Optional.of(0);
    }
    if (visible != null) {
      lookedAt.add("CUDA_VISIBLE_DEVICES=\"" + visible + "\"");
      count = Math.min(count, visible.split(",").length);
    }
    return Optional.of(count);
  }

  private static Optional<Path> cudaRuntime(Path root, Map<String, String> env) {
    List<Path> folders = new ArrayList<>();
    for (String variable : List.of("LD_LIBRARY_PATH", "PYTORCH_LIBRARY_PATH")) {
      folders.addAll(paths(env.get(variable)));
    }
    paths(env.get("PYTORCH_LIBRARY_PATH")).stream()
        // Python's wheels: torch/lib, and beside torch the folder nvidia/cuda_runtime/lib.
        .map(lib -> lib.resolve("../../nvidia/cuda_runtime/lib").normalize())
        .forEach(folders::add);
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      for (Path cuda : paths(env.get(variable))) {
        folders.addAll(List.of(cuda.resolve("lib64"), cuda.resolve("lib"), cuda.resolve("bin")));
      }
    }
    for (String usual :
        List.of(
            "usr/local/cuda/lib64",
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "usr/lib64",
            "usr/lib")) {
      folders.add(root.resolve(usual));
    }
    return folders.stream()
        .filter(folder -> hasFile(folder, name -> CUDA_RUNTIME.matcher(name).matches()))
        .findFirst();
  }

  private static Libtorch libtorch(String value) {
    boolean found = false;
    boolean cuda = false;
    for (Path entry : paths(value)) {
      Path folder = Files.isRegularFile(entry) ? entry.resolveSibling("") : entry;
      found |=
          hasFile(
              folder, name -> List.of("libtorch.so", "libtorch.dylib", "torch.dll").contains(name));
      cuda |= hasFile(folder, n -> n.startsWith("libtorch_cuda") || n.startsWith("torch_cuda"));
    }
    return new Libtorch(value, found, cuda);
  }

  private static Path djlCache(Map<String, String> env, Path home) {
    for (String variable : List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR")) {
      List<Path> named = paths(env.get(variable));
      if (!named.isEmpty()) {
        return named.get(0).resolve("pytorch");
      }
    }
    return home.resolve(".djl.ai").resolve("pytorch");
  }

  private static List<Path> paths(String value) {
    if (value == null || value.isBlank()) {
      return List.of();
    }
    return Arrays.stream(value.split(Pattern.quote(File.pathSeparator)))
        .filter(path -> !path.isBlank())
        .flatMap(
            path -> {
              try {
                return Stream.of(Path.of(path));
              } catch (InvalidPathException e) {
                return Stream.empty();
              }
            })
        .toList();
  }

  private static boolean hasFile(Path folder, Predicate<String> named) {
    return count(folder, named) > 0;
  }

  private static int count(Path folder, Predicate<String> named) {
    try (Stream<Path> files = Files.list(folder)) {
      return (int) files.filter(file -> named.test(file.getFileName().toString())).count();
    } catch (IOException | SecurityException e) {
      return 0;
    }
  }
}
