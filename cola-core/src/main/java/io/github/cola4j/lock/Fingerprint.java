package io.github.cola4j.lock;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the same inputs are to give the same bytes. Sums of floating-point numbers depend on the
 * order in which they are taken, and that order is chosen by
 *
 * <ul>
 *   <li>PyTorch's own kernels (ATen), by the widest instruction set among AVX2 and AVX-512 that the
 *       processor has: {@code instruction_set};
 *   <li>the matrix products of MKL, by instruction set, by vendor (on other makers' processors it
 *       takes other ways than on Intel's) and, where it cuts matrices into blocks, by the caches of
 *       the model: {@code processor};
 *   <li>the convolutions of oneDNN, by instruction set and caches;
 *   <li>all of them, by the number of threads among which they share the work: {@code threads};
 *   <li>the build: which libraries of these are in it at all, and which versions: {@code pytorch}
 *       and {@code system};
 *   <li>variables of the environment that overrule these choices: {@code settings}.
 * </ul>
 *
 * <p>On one machine, {@code ATEN_CPU_CAPABILITY=avx2}, {@code MKL_ENABLE_INSTRUCTIONS=AVX2}, MKL
 * taking the processor for another maker's, and a second thread each gave other bytes; running
 * again, another folder and another Java did not. Finer than need be is the safe side: on what
 * passes for another platform metrics are still compared, while what wrongly passes for the same
 * one would fail builds.
 *
 * @param values by their names, in words that a person can compare; what the platform does not tell
 *     is absent
 */
public record Fingerprint(@JsonValue Map<String, String> values) {
  private static final String DEVICE = "device";
  private static final String THREADS = "threads";
  private static final String PYTORCH = "pytorch";
  private static final String LIBRARIES = "libraries";
  private static final String SYSTEM = "system";
  private static final String PROCESSOR = "processor";
  private static final String INSTRUCTION_SET = "instruction_set";
  private static final String GPU = "gpu";
  private static final String SETTINGS = "settings";

  /** The names that there may be. */
  public static final Set<String> NAMES =
      Set.of(
          DEVICE, THREADS, PYTORCH, LIBRARIES, SYSTEM, PROCESSOR, INSTRUCTION_SET, GPU, SETTINGS);

  /** Variables by which users choose the kernels of ATen, MKL, oneDNN and cuBLAS. */
  private static final List<String> VARIABLES =
      List.of(
          "ATEN_CPU_CAPABILITY",
          "CUBLAS_WORKSPACE_CONFIG",
          "DNNL_DEFAULT_FPMATH_MODE",
          "DNNL_MAX_CPU_ISA",
          "MKL_CBWR",
          "MKL_DYNAMIC",
          "MKL_ENABLE_INSTRUCTIONS",
          "NVIDIA_TF32_OVERRIDE",
          "ONEDNN_DEFAULT_FPMATH_MODE",
          "ONEDNN_MAX_CPU_ISA",
          "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE");

  /** Sorts by names. */
  @JsonCreator
  public Fingerprint {
    values = Sorted.copy(values);
  }

  /**
   * What is asked of PyTorch, as it runs.
   *
   * @param device {@code cpu} or {@code cuda:0}
   * @param threads of one operation
   * @param version of PyTorch
   * @param libraries that are in its build, say {@code MKL}
   */
  public record Engine(String device, int threads, String version, Set<String> libraries) {}

  /**
   * The platform of a process.
   *
   * @param system operating system and processor, say {@code linux-x86_64}
   * @param environment the process's variables
   */
  public static Fingerprint of(
      Engine engine, String system, Processor processor, Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(DEVICE, engine.device());
    values.put(THREADS, Integer.toString(engine.threads()));
    values.put(PYTORCH, engine.version());
    values.put(LIBRARIES, engine.libraries().stream().sorted().collect(Collectors.joining(" ")));
    values.put(SYSTEM, system);
    values.put(PROCESSOR, processor.model());
    values.put(INSTRUCTION_SET, processor.instructionSet());
    if (!engine.device().equals("cpu")) {
      values.put(GPU, processor.gpus());
    }
    values.put(
        SETTINGS,
        VARIABLES.stream()
            .filter(environment::containsKey)
            .map(name -> name + "=" + environment.get(name))
            .collect(Collectors.joining(" ")));
    values.values().removeIf(String::isEmpty);
    return new Fingerprint(values);
  }

  /** That part of a run's noted inputs that speaks of the platform. */
  public static Fingerprint among(Map<String, String> noted) {
    Map<String, String> values = new LinkedHashMap<>(noted);
    values.keySet().retainAll(NAMES);
    return new Fingerprint(values);
  }

  /**
   * The platform of a run that was begun elsewhere and goes on here: none that another run could
   * have, where these differ.
   */
  public Fingerprint after(Fingerprint begun) {
    Map<String, String> both = new LinkedHashMap<>(begun.values);
    values.forEach(
        (name, here) ->
            both.merge(
                name,
                here,
                (was, is) ->
                    Stream.of(was.split(", then ")).toList().contains(is)
                        ? was
                        : was + ", then " + is));
    return new Fingerprint(both);
  }

  /** How this platform differs from another one, a line each. */
  public List<String> differences(Fingerprint was) {
    return Sorted.differences(was.values, values);
  }
}
