package io.github.cola4j.worker;

import java.util.Arrays;
import java.util.Locale;

/** Which native library a front end is configured to give its workers ({@code cola.natives}). */
public enum NativeMode {
  /** The one that serves the device asked for. */
  AUTO,
  /** The CPU's, from the front end's repository, whatever the environment names. */
  CPU,
  /** One for CUDA. */
  CUDA,
  /** None: the user puts one on the worker's class path. */
  NONE;

  /**
   * Reads what the user wrote, in lower case.
   *
   * @throws IllegalArgumentException if it is none of the modes
   */
  public static NativeMode parse(String text) {
    return Arrays.stream(values())
        .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "natives is \"" + text + "\", but must be one of: auto, cpu, cuda, none"));
  }
}
