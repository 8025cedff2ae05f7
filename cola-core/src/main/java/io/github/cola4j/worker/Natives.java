package io.github.cola4j.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * Which native PyTorch a worker gets. DJL picks by itself among what it finds: {@code
 * PYTORCH_LIBRARY_PATH} first, then a native jar on the class path, and only without both its own
 * download. So what we put there decides, and a front end can say why ({@link
 * NativeDecision#reason}).
 */
public final class Natives {
  /**
   * Versions that belong together, from the build.
   *
   * @param djl DJL's engine
   * @param pytorch libtorch
   * @param pytorchJni the library between the two
   * @param cudaFlavor the CUDA that it was compiled for, say {@code cu128}
   */
  public record Versions(String djl, String pytorch, String pytorchJni, String cudaFlavor) {}

  /** What this version was built with. */
  public static final Versions VERSIONS = versions();

  /** Platforms for which there is a libtorch of the CPU on Maven Central. */
  static final List<String> CPU_PLATFORMS =
      List.of("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64");

  /** Platforms for which the JNI library has a CUDA build. */
  static final Set<String> CUDA_PLATFORMS = Set.of("linux-x86_64", "win-x86_64");

  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
  private static final String VERSION = "PYTORCH_VERSION";
  private static final String FLAVOR = "PYTORCH_FLAVOR";

  private final NativeRequest request;
  private final Machine machine;

  private Natives(NativeRequest request, Machine machine) {
    this.request = request;
    this.machine = machine;
  }

  /** What fits the request on this machine; looks at nothing else, changes nothing. */
  public static NativeDecision decide(NativeRequest request, Machine machine) {
    return new Natives(request, machine).decide();
  }

  /**
   * Decides, and gets what was decided.
   *
   * @throws NativeLibraryException if there is no library for what was asked, or it cannot be had;
   *     the message names the reason and the fix
   */
  public static NativeSetup prepare(
      NativeRequest request, Machine machine, NativeLibraries libraries)
      throws NativeLibraryException {
    NativeDecision decision = decide(request, machine);
    if (decision instanceof NativeDecision.Refused refused) {
      throw new NativeLibraryException(refused.reason() + "\n  " + refused.fix());
    }
    if (decision instanceof NativeDecision.Artifacts jars) {
      List<Path> files = libraries.resolve(jars.artifacts());
      return new NativeSetup(files, jars.environment(), jars.systemProperties(), jars.reason());
    }
    if (decision instanceof NativeDecision.Installed installed) {
      return new NativeSetup(
          List.of(), installed.environment(), installed.systemProperties(), installed.reason());
    }
    if (decision instanceof NativeDecision.Djl djl) {
      return new NativeSetup(List.of(), djl.environment(), djl.systemProperties(), djl.reason());
    }
    NativeDecision.Provided provided = (NativeDecision.Provided) decision;
    return new NativeSetup(List.of(), Map.of(), provided.systemProperties(), provided.reason());
  }

  private NativeDecision decide() {
    boolean wantsGpu = request.device().kind() == DeviceChoice.Kind.CUDA;
    if (wantsGpu) {
      NativeDecision.Refused missing = missingGpu();
      if (missing != null) {
        return missing;
      }
    }
    return switch (request.mode()) {
      case NONE ->
          new NativeDecision.Provided(
              properties(), "natives: none; the class path, or DJL itself, brings the library");
      case CPU -> wantsGpu ? contradiction("cpu") : cpu("natives: cpu");
      case CUDA ->
          request.device().kind() == DeviceChoice.Kind.CPU ? contradiction("cuda") : cuda();
      case AUTO ->
          switch (request.device().kind()) {
            case CUDA -> cuda();
            case CPU -> machine.libtorch().isPresent() ? installed() : cpu("device: cpu");
            case AUTO -> best();
          };
    };
  }

  /** Device and mode are both left to us: a GPU where all it takes is there, else the CPU. */
  private NativeDecision best() {
    if (machine.libtorch().isPresent()) {
      return installed();
    }
    if (!machine.hasGpu()) {
      return cpu("no GPU is visible");
    }
    if (machine.cudaRuntime().isEmpty()) {
      return cpu(
          "a GPU is there, but not the CUDA runtime (libcudart) without which DJL does not see"
              + " it; install it, or add its folder to LD_LIBRARY_PATH");
    }
    NativeDecision cuda = cuda();
    return cuda instanceof NativeDecision.Refused refused
        ? cpu("a GPU is there, but " + refused.reason())
        : cuda;
  }

  private NativeDecision cpu(String why) {
    String platform = machine.platform();
    if (!CPU_PLATFORMS.contains(platform)) {
      return new NativeDecision.Refused(
          "there is no native PyTorch "
              + VERSIONS.pytorch()
              + " for "
              + platform
              + "; there is one for "
              + String.join(", ", CPU_PLATFORMS),
          platform.startsWith("linux-musl")
              ? "use a Linux with glibc (a Debian or Ubuntu image in place of Alpine's)"
              : "use one of these platforms, or set "
                  + LIBRARY_PATH
                  + " to a libtorch built for this one");
    }
    NativeArtifact jar =
        new NativeArtifact("ai.djl.pytorch", "pytorch-native-cpu", VERSIONS.pytorch(), platform);
    // Variables meant for another libtorch would win over the jar.
    Map<String, String> environment = Map.of(LIBRARY_PATH, "", VERSION, "", FLAVOR, "");
    return new NativeDecision.Artifacts(
        List.of(jar), environment, properties(), "CPU library " + jar + ": " + why);
  }

  private NativeDecision cuda() {
    if (machine.libtorch().isPresent()) {
      return installed();
    }
    if (!CUDA_PLATFORMS.contains(machine.platform())) {
      return new NativeDecision.Refused(
          "there is no native PyTorch with CUDA for " + machine.platform(),
          "set device to auto or cpu");
    }
    if (!request.cudaArtifacts().isEmpty()) {
      return new NativeDecision.Artifacts(
          request.cudaArtifacts(),
          Map.of(LIBRARY_PATH, ""),
          cudaProperties(),
          "CUDA library " + request.cudaArtifacts() + ", as configured");
    }
    Map<String, String> flavor = Map.of(FLAVOR, VERSIONS.cudaFlavor(), VERSION, "");
    String name = "libtorch " + VERSIONS.pytorch() + " for " + VERSIONS.cudaFlavor();
    if (machine.cudaInDjlCache()) {
      return new NativeDecision.Djl(
          true, flavor, cudaProperties(), "CUDA library: " + name + " from DJL's cache");
    }
    if (request.offline()) {
      return new NativeDecision.Refused(
          name + " would have to be downloaded, and this build is offline",
          "run once without -o (DJL keeps it in ~/.djl.ai), or set "
              + LIBRARY_PATH
              + " to the folder of a libtorch "
              + VERSIONS.pytorch()
              + " with CUDA, or configure Maven coordinates of one, or set device to cpu");
    }
    return new NativeDecision.Djl(
        false,
        flavor,
        cudaProperties(),
        "CUDA library: DJL downloads " + name + " (some 2 GB, once) into its cache");
  }

  /** The libtorch that the environment names, if it can do what is asked. */
  private NativeDecision installed() {
    Machine.Libtorch libtorch = machine.libtorch().orElseThrow();
    if (!libtorch.found()) {
      return new NativeDecision.Refused(
          LIBRARY_PATH + " is set to " + libtorch.path() + ", where there is no libtorch",
          "set it to the folder that holds libtorch (of Python's PyTorch: torch/lib), or unset it");
    }
    boolean needsCuda =
        request.device().kind() == DeviceChoice.Kind.CUDA || request.mode() == NativeMode.CUDA;
    if (needsCuda && !libtorch.cuda()) {
      return new NativeDecision.Refused(
          "the libtorch at " + LIBRARY_PATH + "=" + libtorch.path() + " has no CUDA",
          "set it to one with CUDA, or unset it, or set device to cpu");
    }
    // Without these DJL assumes an old build ("cpu-precxx11") that no longer exists.
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put(LIBRARY_PATH, libtorch.path());
    environment.put(
        VERSION,
        machine.pytorchVersion().isEmpty() ? VERSIONS.pytorch() : machine.pytorchVersion());
    environment.put(
        FLAVOR,
        machine.pytorchFlavor().isEmpty()
            ? libtorch.cuda() ? VERSIONS.cudaFlavor() : "cpu"
            : machine.pytorchFlavor());
    return new NativeDecision.Installed(
        environment,
        libtorch.cuda() ? cudaProperties() : properties(),
        "libtorch of this machine, from " + LIBRARY_PATH + "=" + libtorch.path());
  }

  private NativeDecision.Refused missingGpu() {
    String looked = String.join("; ", machine.lookedAt());
    if (!machine.hasGpu()) {
      return new NativeDecision.Refused(
          "device is " + request.device() + ", but no GPU is visible: " + looked,
          "install the NVIDIA driver (in a container: run it with --gpus all), or set device to"
              + " auto or cpu");
    }
    int index = request.device().index();
    if (machine.gpus().isPresent() && index >= machine.gpus().get()) {
      return new NativeDecision.Refused(
          "device is "
              + request.device()
              + ", but there are only "
              + machine.gpus().get()
              + " GPUs, counted from 0: "
              + looked,
          "set device to one of them, or to auto");
    }
    return null;
  }

  private NativeDecision.Refused contradiction(String mode) {
    return new NativeDecision.Refused(
        "device is " + request.device() + ", but natives is " + mode,
        "leave natives at auto, or let both name the same");
  }

  private Map<String, String> cudaProperties() {
    Map<String, String> properties = new LinkedHashMap<>(properties());
    machine.cudaRuntime().ifPresent(at -> properties.put("jna.library.path", at.toString()));
    return properties;
  }

  private Map<String, String> properties() {
    return request.offline() ? Map.of("ai.djl.offline", "true") : Map.of();
  }

  private static Versions versions() {
    Properties properties = new Properties();
    try (InputStream in = Natives.class.getResourceAsStream("natives.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Versions(
        properties.getProperty("djl.version"),
        properties.getProperty("pytorch.version"),
        properties.getProperty("pytorch-jni.version"),
        properties.getProperty("cuda.flavor"));
  }
}
