package io.github.cola4j.worker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a run is to happen, as the user says it: {@code auto}, {@code cpu}, {@code cuda} or {@code
 * cuda:N}.
 *
 * @param kind which sort of device
 * @param index which GPU, from 0; 0 for the other kinds
 */
public record DeviceChoice(Kind kind, int index) {
  /** The sorts of devices. */
  public enum Kind {
    /** A GPU if there is one that can be used, else the CPU. */
    AUTO,
    /** The CPU, whatever else there is. */
    CPU,
    /** An NVIDIA GPU, or an error. */
    CUDA
  }

  /** A GPU if there is one that can be used, else the CPU. */
  public static final DeviceChoice AUTO = new DeviceChoice(Kind.AUTO, 0);

  /** The CPU, whatever else there is. */
  public static final DeviceChoice CPU = new DeviceChoice(Kind.CPU, 0);

  private static final Pattern GPU = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /** The GPU of this number, from 0. */
  public static DeviceChoice cuda(int index) {
    return new DeviceChoice(Kind.CUDA, index);
  }

  /**
   * Reads what the user wrote.
   *
   * @throws IllegalArgumentException if it is none of the four forms
   */
  public static DeviceChoice parse(String text) {
    Matcher gpu = GPU.matcher(text);
    if (gpu.matches()) {
      return cuda(gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }
    return switch (text) {
      case "auto" -> AUTO;
      case "cpu" -> CPU;
      default ->
          throw new IllegalArgumentException(
              "device is \""
                  + text
                  + "\", but must be one of: auto, cpu, cuda, cuda:N (say cuda:1)");
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case AUTO -> "auto";
      case CPU -> "cpu";
      case CUDA -> "cuda:" + index;
    };
  }
}
