package io.github.cola4j.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Platforms are told apart by what changes bytes, and by nothing else. */
class FingerprintTest {
  private static final String INTEL =
      """
      processor\t: 0
      vendor_id\t: GenuineIntel
      cpu family\t: 6
      model\t\t: 106
      model name\t: Intel(R) Xeon(R) Processor @ 2.80GHz
      stepping\t: 6
      cpu MHz\t\t: 2793.436
      flags\t\t: fpu sse4_2 avx f16c fma avx2 avx512f avx512dq avx512bw avx512vl avx512_vnni

      processor\t: 1
      vendor_id\t: GenuineIntel
      cpu family\t: 6
      model\t\t: 106
      cpu MHz\t\t: 1200.000
      flags\t\t: fpu sse4_2 avx f16c fma avx2 avx512f avx512dq avx512bw avx512vl avx512_vnni
      """;
  private static final String GRAVITON =
      """
      processor\t: 0
      Features\t: fp asimd evtstrm aes crc32 asimdhp cpuid sve asimddp bf16 i8mm
      CPU implementer\t: 0x41
      CPU architecture: 8
      CPU variant\t: 0x1
      CPU part\t: 0xd40
      """;

  @Test
  void processorsAreReadFromLinux() {
    assertEquals(
        new Processor(
            "GenuineIntel family 6 model 106",
            "sse4_2 avx f16c fma avx2 avx512f avx512dq avx512bw avx512vl avx512_vnni",
            ""),
        Processor.ofLinux(INTEL.lines().toList(), ""));
    assertEquals(
        new Processor(
            "implementer 0x41 part 0xd40", "asimd asimdhp asimddp sve bf16 i8mm", "NVIDIA H200"),
        Processor.ofLinux(GRAVITON.lines().toList(), "NVIDIA H200"));
    assertEquals(new Processor("", "", ""), Processor.ofLinux(List.of(), ""));
    List<String> twoKinds = (GRAVITON + GRAVITON.replace("0xd40", "0xd05")).lines().toList();
    assertEquals("implementer 0x41 part 0xd05+0xd40", Processor.ofLinux(twoKinds, "").model());
  }

  @Test
  void processorsAreReadFromWindows() {
    assertEquals(
        new Processor("Intel64 Family 6 Model 106, GenuineIntel", "", ""),
        Processor.ofWindows("Intel64 Family 6 Model 106 Stepping 6, GenuineIntel"));
  }

  @Test
  void gpusAreToldByNvidiasDriver(@TempDir Path driver) throws IOException {
    for (String gpu : List.of("0000:01:00.0", "0000:02:00.0")) {
      Files.createDirectories(driver.resolve(gpu));
      Files.writeString(
          driver.resolve(gpu).resolve("information"), "Model: \t\t NVIDIA H200\nIRQ: 42\n");
    }
    assertEquals("NVIDIA H200", Processor.gpus(driver));
    assertEquals("", Processor.gpus(driver.resolve("none")));
  }

  private static Fingerprint of(String device, Processor processor, Map<String, String> variables) {
    return Fingerprint.of(
        new Fingerprint.Engine(device, 2, "2.7.1", Set.of("OPENMP", "MKL")),
        "linux-x86_64",
        processor,
        variables);
  }

  @Test
  void whatIsNotKnownIsAbsentAndWhatDoesNotCountToo() {
    Processor processor = new Processor("one", "avx2", "NVIDIA H200");
    Map<String, String> expected =
        Map.of(
            "device", "cpu",
            "threads", "2",
            "pytorch", "2.7.1",
            "libraries", "MKL OPENMP",
            "system", "linux-x86_64",
            "processor", "one",
            "instruction_set", "avx2");
    Fingerprint cpu = of("cpu", processor, Map.of("HOME", "/home/ann"));
    assertEquals(expected, cpu.values());
    assertEquals("NVIDIA H200", of("cuda:0", processor, Map.of()).values().get("gpu"));
    assertEquals(
        List.of("settings: was absent, is MKL_CBWR=AVX2"),
        of("cpu", processor, Map.of("MKL_CBWR", "AVX2")).differences(cpu));
    Map<String, String> noted = new HashMap<>(expected);
    noted.put("base", "3f");
    assertEquals(cpu, Fingerprint.among(noted));
  }

  @Test
  void aRunThatMovedIsOfNoOnePlatform() {
    Fingerprint one = new Fingerprint(Map.of("processor", "one", "threads", "1"));
    Fingerprint two = new Fingerprint(Map.of("processor", "two", "threads", "1"));
    assertEquals(one, one.after(one));
    Fingerprint both = two.after(one);
    assertEquals(Map.of("processor", "one, then two", "threads", "1"), both.values());
    assertNotEquals(both, two);
    assertEquals(both, one.after(both), "back again: what matters is known");
  }
}
