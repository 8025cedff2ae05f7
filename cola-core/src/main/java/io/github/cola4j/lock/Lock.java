package io.github.cola4j.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What stands in {@code cola.lock}. Holds neither times nor absolute paths, so that the same run
 * gives the same lock wherever its checkout lies.
 *
 * @param lockVersion of this form
 * @param wentIn what the run was made of
 * @param platform where it was made
 * @param cameOut what it came to there
 * @param tolerance by metric, how far it may be off elsewhere
 */
public record Lock(
    int lockVersion,
    WentIn wentIn,
    Fingerprint platform,
    CameOut cameOut,
    Map<String, Tolerance> tolerance) {
  /** The form that this code writes. */
  static final int VERSION = 1;

  /** Sorts by keys. */
  public Lock {
    tolerance = Sorted.copy(tolerance);
  }

  /** Of a run that has come to its end, with the usual tolerances. */
  public static Lock of(WentIn wentIn, Fingerprint platform, CameOut cameOut) {
    Map<String, Tolerance> tolerance = new TreeMap<>();
    cameOut.metrics().keySet().forEach(name -> tolerance.put(name, Tolerance.usual(name)));
    return new Lock(VERSION, wentIn, platform, cameOut, tolerance);
  }

  /** Holds a run of the same inputs against this lock. */
  public Verdict judge(Lock ran) {
    List<String> elsewhere = ran.platform.differences(platform);
    if (elsewhere.isEmpty()) {
      List<String> files = ran.cameOut.differences(cameOut);
      return files.isEmpty() ? new Verdict.SameBytes() : new Verdict.OtherBytes(files);
    }
    List<String> off = new ArrayList<>();
    cameOut.metrics().forEach((name, was) -> ran.compare(name, was, allowed(name), off));
    return off.isEmpty()
        ? new Verdict.Agrees(elsewhere, cameOut.metrics().size())
        : new Verdict.Disagrees(elsewhere, off);
  }

  private Tolerance allowed(String metric) {
    return tolerance.containsKey(metric) ? tolerance.get(metric) : Tolerance.usual(metric);
  }

  private void compare(String name, double was, Tolerance allowed, List<String> off) {
    Double is = cameOut.metrics().get(name);
    if (is == null) {
      off.add("%s: was %s, is absent".formatted(name, was));
    } else if (!allowed.allows(was, is)) {
      off.add("%s: was %s, is %s; the tolerance is %s".formatted(name, was, is, allowed));
    }
  }

  /**
   * This lock of a run, or the one that stands there already. That one stays as long as the same
   * went in, and what came out is the same or was made on another platform: else two people with
   * different machines would forever rewrite each other's. A lock that is replaced hands down its
   * tolerances.
   */
  public Renewal renew(Optional<Lock> standing) {
    if (standing.isEmpty()) {
      return new Renewal.First(this);
    }
    Lock old = standing.get();
    Lock heir = withTolerances(old.tolerance);
    List<String> inputs = wentIn.differences(old.wentIn);
    if (!inputs.isEmpty()) {
      return new Renewal.OtherInputs(heir, inputs);
    }
    Verdict verdict = old.judge(this);
    return verdict instanceof Verdict.OtherBytes other
        ? new Renewal.OtherBytes(heir, other.files())
        : new Renewal.Stays(verdict);
  }

  private Lock withTolerances(Map<String, Tolerance> edited) {
    Map<String, Tolerance> kept = new TreeMap<>(tolerance);
    edited.forEach((name, value) -> kept.computeIfPresent(name, (metric, usual) -> value));
    return new Lock(lockVersion, wentIn, platform, cameOut, kept);
  }
}
