package io.github.cola4j.worker;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the signs that a dead process leaves: its exit code and the last it printed. */
final class Crash {
  /** How the JVM announces its own crash. */
  private static final Pattern FATAL = Pattern.compile("((?:SIG|EXCEPTION_)[A-Z_]+) \\(0x");

  private Crash() {}

  /** A reading of the signs; see {@link WorkerOutcome.Crashed} for the parts. */
  static WorkerOutcome.Crashed read(int exitCode, List<String> lastLines, Optional<Path> report) {
    Reading reading = read(exitCode, lastLines);
    // The JVM's announcement of its report names a place from which that has been moved.
    List<String> lines = lastLines.stream().filter(line -> !line.startsWith("#")).toList();
    return new WorkerOutcome.Crashed(exitCode, reading.cause, reading.advice, lines, report);
  }

  private record Reading(String cause, String advice) {}

  private static Reading read(int exitCode, List<String> lines) {
    Optional<String> nativeMemory =
        find(
            lines,
            l ->
                l.contains("insufficient memory for the Java Runtime")
                    || l.contains("can't allocate memory")
                    || l.contains("std::bad_alloc"));
    if (nativeMemory.isPresent()) {
      return new Reading(
          "ran out of the machine's memory: " + nativeMemory.get(),
          "use a smaller batch_size or max_length, or a machine with more memory");
    }
    Optional<String> olderJava = find(lines, l -> l.contains("UnsupportedClassVersionError"));
    if (olderJava.isPresent()) {
      return new Reading("was started with too old a Java", "give it a JDK of version 17 or later");
    }
    Optional<String> noMain = find(lines, l -> l.contains("Could not find or load main class"));
    if (noMain.isPresent()) {
      return new Reading(
          "could not start: " + noMain.get(), "cola-core must be on the worker's class path");
    }
    if (find(lines, l -> l.contains("Could not create the Java Virtual Machine")).isPresent()) {
      String why =
          find(lines, l -> l.startsWith("Error:") || l.startsWith("Unrecognized") || invalid(l))
              .orElse("the JVM refused its arguments");
      return new Reading("could not start: " + why, "check the worker's JVM arguments");
    }
    Optional<String> fatal = find(lines, FATAL.asPredicate());
    if (fatal.isPresent()) {
      Matcher sign = FATAL.matcher(fatal.get());
      sign.find();
      return new Reading(
          "crashed in native code: " + sign.group(1) + frame(lines), DEFECT + "the JVM's report");
    }
    return switch (exitCode) {
      case 0 -> new Reading("ended before its job did", "the job, or a library, ended the JVM");
      case 127 -> new Reading("could not be started: the command was not found", "");
      case 129 -> signal("SIGHUP", "was ended as its terminal closed", RESUME);
      case 130 -> signal("SIGINT", "was interrupted", RESUME);
      case 132 ->
          signal(
              "SIGILL",
              "met an instruction that this processor does not have",
              "the native library was built for a newer processor");
      case 134 ->
          signal(
              "SIGABRT",
              "was aborted by its native library" + what(lines),
              DEFECT + "the lines below");
      case 135 ->
          signal(
              "SIGBUS",
              "could not read memory behind a mapped file",
              "a file was cut short while in use, or a disk (often /dev/shm) is full");
      case 137 ->
          signal(
              "SIGKILL",
              "was killed from outside, most likely by the system as memory ran out",
              "use a smaller batch_size or max_length, or more memory (a container's limit counts"
                  + " too; dmesg tells if it was the kernel)");
      case 139, -1073741819 ->
          signal(
              "SIGSEGV",
              "crashed in native code (invalid memory access)",
              DEFECT + "the lines below");
      case 143 -> signal("SIGTERM", "was asked to end from outside", RESUME);
      default ->
          exitCode > 128 && exitCode < 160
              ? new Reading("was ended by signal " + (exitCode - 128), "")
              : new Reading("ended before its job did", "see the lines below for the reason");
    };
  }

  private static final String DEFECT =
      "this is a defect of the program or of the native library, not of your data; please report it"
          + " with ";

  private static final String RESUME = "start the run again: it continues from its last checkpoint";

  private static Reading signal(String name, String cause, String advice) {
    return new Reading(cause + ", " + name, advice);
  }

  private static boolean invalid(String line) {
    return line.startsWith("Invalid ") || line.startsWith("Improperly ");
  }

  /** Where the JVM says that it happened, say in libtorch_cpu.so. */
  private static String frame(List<String> lines) {
    int title = lines.indexOf("# Problematic frame:");
    return title < 0 || title + 1 == lines.size()
        ? ""
        : " in " + uncommented(lines.get(title + 1)).replaceAll("\\s+", " ");
  }

  /** The C++ exception's message, which the runtime prints when nobody caught it. */
  private static String what(List<String> lines) {
    return find(lines, l -> l.strip().startsWith("what():"))
        .map(l -> ": " + l.strip().substring("what():".length()).strip())
        .orElse("");
  }

  private static Optional<String> find(List<String> lines, Predicate<String> wanted) {
    return lines.stream().filter(wanted).map(Crash::uncommented).findFirst();
  }

  private static String uncommented(String line) {
    return line.replaceFirst("^#", "").strip();
  }
}
