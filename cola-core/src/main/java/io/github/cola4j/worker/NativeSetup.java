package io.github.cola4j.worker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a worker gets so that it finds its native library.
 *
 * @param jars for the end of its class path
 * @param environment variables for it; an empty value removes one
 * @param systemProperties system properties for it
 * @param reason why it is this library, in one line for the log
 */
public record NativeSetup(
    List<Path> jars,
    Map<String, String> environment,
    Map<String, String> systemProperties,
    String reason) {
  /** Copies the collections. */
  public NativeSetup {
    jars = List.copyOf(jars);
    environment = Map.copyOf(environment);
    systemProperties = Map.copyOf(systemProperties);
  }
}
