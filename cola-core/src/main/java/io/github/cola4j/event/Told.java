package io.github.cola4j.event;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The numbers of events in the words of front ends. */
public final class Told {
  private Told() {}

  /** Say {@code accuracy 0.8452, f1 0.8510}. */
  public static String metrics(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(metric -> metric.getKey() + " " + number(metric.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Four decimals. */
  public static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "" + value;
  }

  /** Three digits or so, say rows per second. */
  public static String throughput(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
  }

  /** With commas. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A file that is there: say {@code Downloaded model.safetensors, 90.9 MB}. */
  public static String arrived(Event.Downloading file) {
    return String.format(Locale.ROOT, "Downloaded %s, %,.1f MB", file.file(), file.size() / 1e6);
  }

  /** How much of a file is here. */
  public static String bytes(Event.Downloading file) {
    return String.format(Locale.ROOT, "%,.1f of %,.1f MB", file.done() / 1e6, file.size() / 1e6);
  }

  /** Say 0:42, 12:05 or 1:02:45. */
  public static String time(double seconds) {
    long whole = Math.round(seconds);
    long hours = whole / 3600;
    String rest = String.format(Locale.ROOT, "%02d:%02d", whole / 60 % 60, whole % 60);
    return hours > 0 ? hours + ":" + rest : rest.replaceFirst("^0", "");
  }
}
