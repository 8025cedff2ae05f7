package io.github.cola4j.worker;

import java.util.List;
import java.util.Map;

/** Which native library a worker gets, and why; made by {@link Natives#decide}. */
public sealed interface NativeDecision {
  /** Why, in one line. */
  String reason();

  /**
   * Jars to resolve and to put on the worker's class path. With natives there, DJL looks no further
   * and downloads nothing: a CPU jar means the CPU, even on a machine with a GPU.
   */
  record Artifacts(
      List<NativeArtifact> artifacts,
      Map<String, String> environment,
      Map<String, String> systemProperties,
      String reason)
      implements NativeDecision {}

  /** The libtorch of this machine that {@code PYTORCH_LIBRARY_PATH} names. */
  record Installed(
      Map<String, String> environment, Map<String, String> systemProperties, String reason)
      implements NativeDecision {}

  /** DJL's own libtorch for CUDA, from its cache, or downloaded into it (some 2 GB, once). */
  record Djl(
      boolean cached,
      Map<String, String> environment,
      Map<String, String> systemProperties,
      String reason)
      implements NativeDecision {}

  /** Nothing is added: the user's class path brings it. */
  record Provided(Map<String, String> systemProperties, String reason) implements NativeDecision {}

  /** There is none for what was asked. */
  record Refused(String reason, String fix) implements NativeDecision {}
}
