package io.github.cola4j.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativesTest {
  private static final Path CUDART = Path.of("cuda", "lib64");
  private static final NativeArtifact CUDA_JAR =
      NativeArtifact.parse("org.example:libtorch-cuda:2.7.1:linux-x86_64");

  private final MachineSketch machine = new MachineSketch();

  /** A machine that tests change a trait at a time. */
  private static final class MachineSketch {
    String platform = "linux-x86_64";
    int gpus = 0;
    Path cudaRuntime = null;
    Machine.Libtorch libtorch = null;
    String version = "";
    String flavor = "";
    boolean cached = false;

    Machine machine() {
      return new Machine(
          platform,
          Optional.of(gpus),
          List.of("/proc/driver/nvidia/gpus: " + gpus),
          Optional.ofNullable(cudaRuntime),
          Optional.ofNullable(libtorch),
          version,
          flavor,
          cached);
    }
  }

  private NativeDecision decide(String device, String mode, boolean offline) {
    return decide(device, mode, offline, List.of());
  }

  private NativeDecision decide(
      String device, String mode, boolean offline, List<NativeArtifact> configured) {
    NativeRequest request =
        new NativeRequest(DeviceChoice.parse(device), NativeMode.parse(mode), offline, configured);
    return Natives.decide(request, machine.machine());
  }

  private void withGpu() {
    machine.gpus = 2;
    machine.cudaRuntime = CUDART;
  }

  private static void assertCpuJar(NativeDecision decision) {
    var jars = assertInstanceOf(NativeDecision.Artifacts.class, decision, decision::reason);
    assertEquals(
        "[ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64]", jars.artifacts().toString());
    assertEquals("", jars.environment().get("PYTORCH_LIBRARY_PATH"));
  }

  private static NativeDecision.Refused assertRefused(NativeDecision decision, String... words) {
    var refused = assertInstanceOf(NativeDecision.Refused.class, decision, decision::reason);
    for (String word : words) {
      assertTrue((refused.reason() + "\n" + refused.fix()).contains(word), refused::toString);
    }
    return refused;
  }

  @Test
  void theVersionsAreThoseOfTheBuild() {
    assertEquals("2.7.1", Natives.VERSIONS.pytorch());
    assertTrue(Natives.VERSIONS.pytorchJni().startsWith(Natives.VERSIONS.pytorch() + "-"));
    assertTrue(Natives.VERSIONS.pytorchJni().endsWith("-" + Natives.VERSIONS.djl()));
    assertEquals("cu128", Natives.VERSIONS.cudaFlavor());
  }

  @Test
  void withoutGpuItIsTheCpuJar() {
    assertCpuJar(decide("auto", "auto", false));
    assertCpuJar(decide("cpu", "auto", true));
    assertCpuJar(decide("cpu", "cpu", true));
  }

  @Test
  void onAGpuMachineTheCpuJarIsForThoseWhoAskForTheCpu() {
    withGpu();
    assertCpuJar(decide("cpu", "auto", false));
    assertCpuJar(decide("auto", "cpu", false));
    var djl = assertInstanceOf(NativeDecision.Djl.class, decide("auto", "auto", false));
    assertFalse(djl.cached());
    assertEquals("cu128", djl.environment().get("PYTORCH_FLAVOR"));
    assertEquals(CUDART.toString(), djl.systemProperties().get("jna.library.path"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-musl-x86_64", "osx-x86_64", "freebsd-x86_64", "win-aarch64"})
  void aPlatformWithoutNativesIsNamedWithThoseThatHave(String platform) {
    machine.platform = platform;
    assertRefused(
        decide("auto", "auto", false), platform, "linux-x86_64, linux-aarch64, osx-aarch64");
  }

  @Test
  void autoFallsBackToTheCpuAndSaysWhy() {
    machine.gpus = 1;
    NativeDecision noRuntime = decide("auto", "auto", false);
    assertCpuJar(noRuntime);
    assertTrue(noRuntime.reason().contains("libcudart"), noRuntime.reason());

    withGpu();
    NativeDecision offline = decide("auto", "auto", true);
    assertCpuJar(offline);
    assertTrue(offline.reason().contains("offline"), offline.reason());
  }

  @Test
  void aGpuThatIsNotThereIsAnErrorWithWhatWasLookedAt() {
    for (String mode : List.of("auto", "cuda", "none", "cpu")) {
      assertRefused(decide("cuda", mode, false), "cuda:0", "/proc/driver/nvidia/gpus", "auto");
    }
    withGpu();
    assertInstanceOf(NativeDecision.Djl.class, decide("cuda:1", "auto", false));
    assertRefused(decide("cuda:2", "auto", false), "cuda:2", "only 2 GPUs");
  }

  @Test
  void cudaOfflineNeedsWhatIsHereAlready() {
    withGpu();
    assertRefused(
        decide("cuda", "auto", true),
        "offline",
        "PYTORCH_LIBRARY_PATH",
        "Maven coordinates",
        "device to cpu");

    machine.cached = true;
    var djl = assertInstanceOf(NativeDecision.Djl.class, decide("cuda", "auto", true));
    assertTrue(djl.cached());
    assertEquals("true", djl.systemProperties().get("ai.djl.offline"));
  }

  @Test
  void configuredCoordinatesComeBeforeTheDownload() {
    withGpu();
    for (String device : List.of("auto", "cuda")) {
      var jars =
          assertInstanceOf(
              NativeDecision.Artifacts.class, decide(device, "auto", true, List.of(CUDA_JAR)));
      assertEquals(List.of(CUDA_JAR), jars.artifacts());
    }
    assertCpuJar(decide("cpu", "auto", true, List.of(CUDA_JAR)));
  }

  @Test
  void theEnvironmentsLibtorchComesFirstAndIsCompleted() {
    machine.libtorch = new Machine.Libtorch("/opt/libtorch/lib", true, false);
    for (String device : List.of("auto", "cpu")) {
      var installed =
          assertInstanceOf(NativeDecision.Installed.class, decide(device, "auto", true));
      assertEquals(
          Map.of(
              "PYTORCH_LIBRARY_PATH", "/opt/libtorch/lib",
              "PYTORCH_VERSION", "2.7.1",
              "PYTORCH_FLAVOR", "cpu"),
          installed.environment());
    }
    assertCpuJar(decide("cpu", "cpu", true));

    withGpu();
    assertRefused(decide("cuda", "auto", false), "/opt/libtorch/lib", "has no CUDA");

    machine.libtorch = new Machine.Libtorch("/opt/libtorch/lib", true, true);
    machine.version = "2.13.0";
    var installed = assertInstanceOf(NativeDecision.Installed.class, decide("cuda", "auto", true));
    assertEquals("2.13.0", installed.environment().get("PYTORCH_VERSION"));
    assertEquals("cu128", installed.environment().get("PYTORCH_FLAVOR"));
    machine.flavor = "cpu";
    installed = assertInstanceOf(NativeDecision.Installed.class, decide("cpu", "auto", true));
    assertEquals("cpu", installed.environment().get("PYTORCH_FLAVOR"));
  }

  @Test
  void aVariableThatNamesNoLibtorchIsAnError() {
    machine.libtorch = new Machine.Libtorch("/nowhere", false, false);
    assertRefused(decide("auto", "auto", false), "/nowhere", "unset it");
  }

  @Test
  void contradictionsAreErrors() {
    withGpu();
    assertRefused(decide("cuda", "cpu", false), "natives is cpu");
    assertRefused(decide("cpu", "cuda", false), "natives is cuda");
    machine.platform = "linux-aarch64";
    assertRefused(decide("cuda", "auto", false), "linux-aarch64");
  }

  @Test
  void noneAddsNothing() {
    assertInstanceOf(NativeDecision.Provided.class, decide("auto", "none", false));
  }

  @Test
  void prepareResolvesThroughTheFrontEnd() throws Exception {
    Path jar = Path.of("repository", "cpu.jar");
    NativeSetup setup =
        Natives.prepare(
            NativeRequest.of(DeviceChoice.CPU, true),
            machine.machine(),
            artifacts -> {
              assertEquals("pytorch-native-cpu", artifacts.get(0).artifactId());
              return List.of(jar);
            });
    assertEquals(List.of(jar), setup.jars());
    assertEquals(Map.of("ai.djl.offline", "true"), setup.systemProperties());

    var refused =
        assertThrows(
            NativeLibraryException.class,
            () ->
                Natives.prepare(
                    NativeRequest.of(DeviceChoice.cuda(0), false),
                    machine.machine(),
                    artifacts -> List.of()));
    assertTrue(refused.getMessage().contains("no GPU is visible"), refused.getMessage());
  }

  @Test
  void theUsersWordsAreRead() {
    assertEquals(DeviceChoice.cuda(0), DeviceChoice.parse("cuda"));
    assertEquals(DeviceChoice.cuda(3), DeviceChoice.parse("cuda:3"));
    for (String wrong : List.of("gpu", "cuda:", "cuda:-1", "CPU", "")) {
      assertThrows(IllegalArgumentException.class, () -> DeviceChoice.parse(wrong), wrong);
    }
    assertThrows(IllegalArgumentException.class, () -> NativeMode.parse("gpu"));
    assertThrows(IllegalArgumentException.class, () -> NativeArtifact.parse("a:b"));
    assertEquals("", NativeArtifact.parse("a:b:1").classifier());
  }
}
