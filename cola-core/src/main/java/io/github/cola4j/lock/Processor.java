package io.github.cola4j.lock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a machine computes with, as far as libraries choose their kernels by it.
 *
 * @param model maker and model, say {@code GenuineIntel family 6 model 106}; empty if the platform
 *     does not tell
 * @param instructionSet its extensions, say {@code avx2 fma avx512f}; empty likewise
 * @param gpus the models of NVIDIA GPUs
 */
public record Processor(String model, String instructionSet, String gpus) {
  /** Those by which ATen, MKL and oneDNN choose; Linux's names, in the order of their age. */
  private static final List<String> X86 =
      List.of(
          "sse4_2",
          "avx",
          "f16c",
          "fma",
          "avx2",
          "avx_vnni",
          "avx512f",
          "avx512dq",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "amx_fp16");

  private static final List<String> ARM =
      List.of("asimd", "asimdhp", "asimddp", "asimdfhm", "sve", "sve2", "bf16", "i8mm", "svebf16");

  private static final int SECONDS = 5;
  private static final Pattern STEPPING = Pattern.compile(" Stepping \\d+");

  /** That of this machine. */
  public static Processor here() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return ofWindows(System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", ""));
    }
    return system.startsWith("mac")
        ? new Processor(appleModel(), "", "")
        : ofLinux(lines(Path.of("/proc/cpuinfo")), gpus(Path.of("/proc/driver/nvidia/gpus")));
  }

  /**
   * Reads Linux's {@code /proc/cpuinfo}. Cores of several models are told all, one after the other.
   *
   * @param gpus the models of GPUs
   */
  static Processor ofLinux(List<String> cpuinfo, String gpus) {
    String maker = values(cpuinfo, "vendor_id");
    String model =
        maker.isEmpty()
            ? told("implementer ", values(cpuinfo, "CPU implementer"))
                + told(" part ", values(cpuinfo, "CPU part"))
            : maker
                + told(" family ", values(cpuinfo, "cpu family"))
                + told(" model ", values(cpuinfo, "model"));
    Set<String> flags =
        Set.copyOf(
            List.of((values(cpuinfo, "flags") + " " + values(cpuinfo, "Features")).split("[ +]+")));
    String known =
        Stream.concat(X86.stream(), ARM.stream())
            .filter(flags::contains)
            .collect(Collectors.joining(" "));
    return new Processor(model, known, gpus);
  }

  /** Reads Windows' {@code PROCESSOR_IDENTIFIER}; the model stands for its instruction set. */
  static Processor ofWindows(String identifier) {
    return new Processor(STEPPING.matcher(identifier).replaceFirst(""), "", "");
  }

  /** The model stands for its instruction set. */
  private static String appleModel() {
    try {
      Process sysctl =
          new ProcessBuilder("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      sysctl.getOutputStream().close();
      if (!sysctl.waitFor(SECONDS, TimeUnit.SECONDS)) {
        sysctl.destroy();
        return "";
      }
      return new String(sysctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** The models that NVIDIA's driver tells of, a folder each. */
  static String gpus(Path driver) {
    if (!Files.isDirectory(driver)) {
      return "";
    }
    try (Stream<Path> folders = Files.list(driver)) {
      return folders
          .map(folder -> values(lines(folder.resolve("information")), "Model"))
          .distinct()
          .sorted()
          .collect(Collectors.joining("+"));
    } catch (IOException e) {
      return "";
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String told(String before, String value) {
    return value.isEmpty() ? "" : before + value;
  }

  /** All that is said of a key, each once. */
  private static String values(List<String> cpuinfo, String key) {
    return cpuinfo.stream()
        .map(line -> line.split(":", 2))
        .filter(pair -> pair.length == 2 && pair[0].strip().equals(key))
        .map(pair -> pair[1].strip())
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining("+"));
  }
}
