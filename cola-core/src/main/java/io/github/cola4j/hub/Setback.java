package io.github.cola4j.hub;

import java.time.Duration;
import java.util.Optional;

/** A failure that may pass: a cut connection, a hub that is busy. Another try may do. */
final class Setback extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean connected;
  private final transient Optional<Duration> wait;
  private final String fix;

  private Setback(
      String problem, boolean connected, Optional<Duration> wait, String fix, Throwable cause) {
    super(problem, cause);
    this.connected = connected;
    this.wait = wait;
    this.fix = fix;
  }

  /** No connection came about. */
  static Setback unconnected(String problem, Throwable cause) {
    return new Setback(
        problem,
        false,
        Optional.empty(),
        "check the network, the proxy (-Dhttps.proxyHost=… -Dhttps.proxyPort=…) and HF_ENDPOINT",
        cause);
  }

  /** Who answers is not trusted. */
  static Setback untrusted(String problem, Throwable cause) {
    return new Setback(
        problem,
        false,
        Optional.empty(),
        "if a proxy here has certificates of its own, give Java a trust store that has them"
            + " (-Djavax.net.ssl.trustStore=…)",
        cause);
  }

  /** The connection ended early, or what came cannot be added to what is here. */
  static Setback cut(String problem, Throwable cause) {
    return new Setback(
        problem,
        true,
        Optional.empty(),
        "run again on a better network; what is here already is not downloaded again",
        cause);
  }

  /** The hub said that it cannot now. */
  static Setback busy(String problem, Optional<Duration> wait, String fix) {
    return new Setback(problem, true, wait, fix, null);
  }

  boolean connected() {
    return connected;
  }

  /** How long the hub asks to wait, if it does. */
  Optional<Duration> asked() {
    return wait;
  }

  /** What to do where patience ends. */
  String fix() {
    return fix;
  }
}
