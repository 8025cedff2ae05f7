package io.github.cola4j.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines made of files. */
class MachineTest {
  @TempDir Path root;

  private Path put(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    return file.getParent();
  }

  private Machine linux(Map<String, String> env) {
    return Machine.probe(root, env, "Linux", "amd64", root.resolve("home"));
  }

  @Test
  void platformsAreNamedAsDjlDoes() throws Exception {
    Path none = root.resolve("none");
    assertEquals("linux-x86_64", linux(Map.of()).platform());
    assertEquals(
        "osx-aarch64", Machine.probe(none, Map.of(), "Mac OS X", "aarch64", none).platform());
    assertEquals(
        "win-x86_64", Machine.probe(none, Map.of(), "Windows 11", "amd64", none).platform());
    assertEquals(
        "freebsd-x86_64", Machine.probe(none, Map.of(), "FreeBSD", "amd64", none).platform());

    put("lib/ld-musl-x86_64.so.1");
    assertEquals("linux-musl-x86_64", linux(Map.of()).platform());
    put("lib64/ld-linux-x86-64.so.2");
    assertEquals("linux-x86_64", linux(Map.of()).platform());
  }

  @Test
  void aMachineWithoutGpuSaysWhereItLooked() {
    Machine machine = linux(Map.of());
    assertFalse(machine.hasGpu());
    String looked = String.join("; ", machine.lookedAt());
    assertTrue(looked.contains("/proc/driver/nvidia/gpus: not there"), looked);
    assertTrue(looked.contains("/dev/nvidia0: not there"), looked);
  }

  @Test
  void gpusAreCounted() throws Exception {
    put("dev/nvidia0");
    put("dev/nvidia1");
    put("dev/nvidiactl");
    assertEquals(Optional.of(2), linux(Map.of()).gpus());
    put("proc/driver/nvidia/gpus/0000:01:00.0");
    assertEquals(Optional.of(1), linux(Map.of()).gpus());
  }

  @Test
  void hiddenGpusAreNotThere() throws Exception {
    put("dev/nvidia0");
    put("dev/nvidia1");
    assertEquals(Optional.of(1), linux(Map.of("CUDA_VISIBLE_DEVICES", "1")).gpus());
    for (String hidden : new String[] {"", "-1"}) {
      Machine machine = linux(Map.of("CUDA_VISIBLE_DEVICES", hidden));
      assertFalse(machine.hasGpu());
      assertTrue(machine.lookedAt().get(0).contains("hides every GPU"));
    }
  }

  @Test
  void gpusThatCannotBeCountedAreThereAllTheSame() throws Exception {
    put("dev/dxg");
    put("usr/lib/wsl/lib/libcuda.so.1");
    assertEquals(Optional.empty(), linux(Map.of()).gpus());
    assertTrue(linux(Map.of()).hasGpu());

    put("Windows/System32/nvcuda.dll");
    assertTrue(Machine.probe(root, Map.of(), "Windows 11", "amd64", root).hasGpu());
  }

  @Test
  void theCudaRuntimeIsFoundWhereItUsuallyIs() throws Exception {
    assertEquals(Optional.empty(), linux(Map.of()).cudaRuntime());
    Path usual = put("usr/local/cuda/lib64/libcudart.so.12");
    assertEquals(Optional.of(usual), linux(Map.of()).cudaRuntime());
    Path wheel = put("python/nvidia/cuda_runtime/lib/libcudart.so.12");
    Path torch = put("python/torch/lib/libtorch.so");
    assertEquals(
        Optional.of(wheel), linux(Map.of("PYTORCH_LIBRARY_PATH", torch.toString())).cudaRuntime());
  }

  @Test
  void theEnvironmentsLibtorchIsLookedAt() throws Exception {
    Path lib = put("opt/lib/libtorch.so");
    Map<String, String> env = Map.of("PYTORCH_LIBRARY_PATH", lib.toString());
    assertEquals(
        Optional.of(new Machine.Libtorch(lib.toString(), true, false)), linux(env).libtorch());
    put("opt/lib/libtorch_cuda.so");
    assertTrue(linux(env).libtorch().orElseThrow().cuda());
    assertFalse(
        linux(Map.of("PYTORCH_LIBRARY_PATH", root.resolve("no").toString()))
            .libtorch()
            .orElseThrow()
            .found());
    assertEquals(Optional.empty(), linux(Map.of("PYTORCH_LIBRARY_PATH", "")).libtorch());
  }

  @Test
  void whatDjlDownloadedBeforeIsSeen() throws Exception {
    assertFalse(linux(Map.of()).cudaInDjlCache());
    put("home/.djl.ai/pytorch/2.7.1-cu128-linux-x86_64/libtorch.so");
    assertTrue(linux(Map.of()).cudaInDjlCache());
    Path other = root.resolve("other");
    assertFalse(linux(Map.of("DJL_CACHE_DIR", other.toString())).cudaInDjlCache());
    put("other/pytorch/2.7.1-cu128-linux-x86_64/libtorch.so");
    assertTrue(linux(Map.of("DJL_CACHE_DIR", other.toString())).cudaInDjlCache());
  }

  @Test
  void thisMachineCanBeLookedAt() {
    assertTrue(Machine.current().platform().contains("-"));
    assertFalse(Machine.current().lookedAt().isEmpty());
  }
}
