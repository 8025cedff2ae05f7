package io.github.cola4j.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that makes a worker: which JVM, what is on its class path, which job.
 *
 * @param javaExecutable the {@code java} to run, of version 17 or later (a toolchain's, say)
 * @param classPath jars and folders, in order; the native library's among them
 * @param jvmArguments after {@link #DEFAULT_JVM_ARGUMENTS}, so that these win
 * @param systemProperties system properties of the worker
 * @param environment variables that differ from the front end's; an empty value removes one
 * @param workingDirectory the worker's; null for the front end's
 * @param logFolder where the JVM's report of a crash goes; made when there is one
 * @param jobClass name of a {@link Job}
 * @param arguments for the job; they travel over the socket, so may be long and secret
 * @param timeout how long the job may take; null for as long as it likes
 * @param grace how long a worker has, once asked to stop (also by the timeout), to save and end
 *     before it is killed, and to live on when its front end died
 */
public record WorkerCommand(
    Path javaExecutable,
    List<Path> classPath,
    List<String> jvmArguments,
    Map<String, String> systemProperties,
    Map<String, String> environment,
    Path workingDirectory,
    Path logFolder,
    String jobClass,
    ObjectNode arguments,
    Duration timeout,
    Duration grace) {

  /**
   * What every worker is started with. The heap is small, since weights and activations live in the
   * native library's memory; it starts smaller still, since the JVM would otherwise take a 64th of
   * the machine at once; the serial collector has no threads and tables of its own. Java only hands
   * work to the native library, so the quick compiler's code is good enough, and the slow compiler
   * would take a core from the products while it runs: a seventh of the time of short runs. Text is
   * UTF-8; no window can be opened; DJL does not report its use to its makers.
   */
  public static final List<String> DEFAULT_JVM_ARGUMENTS =
      List.of(
          "-XX:InitialRAMPercentage=0.1", // gives way to any -Xmx
          "-Xmx512m",
          "-XX:MaxDirectMemorySize=1t", // a batch's masks lie outside the heap; the machine is
          // their limit
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-DOPT_OUT_TRACKING=true",
          "-Dfile.encoding=UTF-8",
          "-Dstdout.encoding=UTF-8",
          "-Dstderr.encoding=UTF-8",
          "-Dsun.stdout.encoding=UTF-8",
          "-Dsun.stderr.encoding=UTF-8",
          "-Djava.awt.headless=true",
          "--enable-native-access=ALL-UNNAMED");

  /**
   * What a worker finds in its environment, unless the front end's own says otherwise.
   *
   * <ul>
   *   <li>OpenMP's threads spin while they wait for each other; where other processes want the
   *       cores too, that makes a step five to ten times slower. A shorter spin costs a free
   *       machine some five percent.
   *   <li>glibc maps large arrays, and gives the top of its heap back, each time anew; a step would
   *       fault the same pages in again, at some three percent of its time. So arrays come from the
   *       heap up to the largest size that glibc allows, 32 MiB, and the heap keeps what it has.
   *   <li>PyTorch's arrays are aligned; glibc cuts them out of a little more, and puts the slivers
   *       beside them into caches, where they keep the array's place from ever holding one of its
   *       size again. Without these caches slivers and places grow together: resident memory of a
   *       step is some 10 percent less, that of an epoch of small batches a third.
   * </ul>
   */
  public static final Map<String, String> DEFAULT_ENVIRONMENT =
      Map.of(
          "GOMP_SPINCOUNT", "50000",
          "MALLOC_MMAP_THRESHOLD_", String.valueOf(1 << 25),
          "MALLOC_TRIM_THRESHOLD_", String.valueOf(1L << 40),
          "MALLOC_TOP_PAD_", String.valueOf(1 << 26),
          "GLIBC_TUNABLES", "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0");

  /** Enough for the longest step and a checkpoint. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

  /** Copies the collections. */
  public WorkerCommand {
    classPath = List.copyOf(classPath);
    jvmArguments = List.copyOf(jvmArguments);
    systemProperties = Map.copyOf(systemProperties);
    environment = Map.copyOf(environment);
    arguments = arguments.deepCopy();
  }

  /** A job in the JVM that this runs in, with defaults for everything else; no timeout. */
  public static WorkerCommand of(
      List<Path> classPath, Path logFolder, String jobClass, ObjectNode arguments) {
    return new WorkerCommand(
        currentJava(),
        classPath,
        List.of(),
        Map.of(),
        Map.of(),
        null,
        logFolder,
        jobClass,
        arguments,
        null,
        DEFAULT_GRACE);
  }

  /** The {@code java} of the JVM that this runs in. */
  public static Path currentJava() {
    String name = File.separatorChar == '\\' ? "java.exe" : "java";
    return Path.of(System.getProperty("java.home"), "bin", name);
  }

  /** Another JVM, and arguments for it. */
  public WorkerCommand withJava(Path executable, List<String> arguments) {
    return new WorkerCommand(
        executable,
        classPath,
        arguments,
        systemProperties,
        environment,
        workingDirectory,
        logFolder,
        jobClass,
        this.arguments,
        timeout,
        grace);
  }

  /**
   * With the native library: its jars at the end of the class path, its variables, its properties.
   */
  public WorkerCommand withNatives(NativeSetup natives) {
    List<Path> longer = new ArrayList<>(classPath);
    longer.addAll(natives.jars());
    return new WorkerCommand(
        javaExecutable,
        longer,
        jvmArguments,
        merged(systemProperties, natives.systemProperties()),
        merged(environment, natives.environment()),
        workingDirectory,
        logFolder,
        jobClass,
        arguments,
        timeout,
        grace);
  }

  /** With other limits; a null timeout means none. */
  public WorkerCommand withLimits(Duration timeout, Duration grace) {
    return new WorkerCommand(
        javaExecutable,
        classPath,
        jvmArguments,
        systemProperties,
        environment,
        workingDirectory,
        logFolder,
        jobClass,
        arguments,
        timeout,
        grace);
  }

  private static Map<String, String> merged(Map<String, String> first, Map<String, String> second) {
    Map<String, String> both = new LinkedHashMap<>(first);
    both.putAll(second);
    return both;
  }
}
