package io.github.cola4j.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A run is held against its lock: by bytes on the same platform, by metrics elsewhere. */
class LockTest {
  private static final Fingerprint HERE =
      new Fingerprint(Map.of("device", "cpu", "threads", "1", "processor", "one"));
  private static final Fingerprint THERE =
      new Fingerprint(Map.of("device", "cpu", "threads", "1", "processor", "another"));
  private static final String DIGEST = "3f".repeat(32);
  private static final String OTHER = "4f".repeat(32);

  private static final WentIn IN =
      new WentIn(
          "1.0",
          "c0de",
          Map.of("training.seed", "7"),
          Map.of("base", DIGEST, "data.train", DIGEST),
          Map.of("hf:o/n", "abc"));

  private static CameOut out(String digest, double accuracy, double perplexity) {
    return new CameOut(
        Map.of("adapter/adapter_model.safetensors", digest),
        3,
        Map.of("accuracy", accuracy, "perplexity", perplexity));
  }

  private static final Lock LOCK = Lock.of(IN, HERE, out(DIGEST, 0.8, 20));

  @Test
  void everyInputThatDiffersIsNamed() {
    assertEquals(List.of(), IN.differences(IN));
    WentIn other =
        new WentIn(
            "1.1",
            "c1de",
            Map.of("training.seed", "8", "threads", "2"),
            Map.of("base", DIGEST, "data.train", OTHER),
            Map.of("hf:o/n", "def"));
    assertEquals(
        List.of(
            "threads: was absent, is 2",
            "training.seed: was 7, is 8",
            "the content of data.train: was " + DIGEST + ", is " + OTHER,
            "the version of ColA: was 1.0, is 1.1",
            "the code of ColA, or what it needs: was c0de, is c1de",
            "hf:o/n: was abc, is def"),
        other.differences(IN));
    WentIn gone = new WentIn("1.0", "", Map.of(), Map.of("base", DIGEST), Map.of());
    assertEquals(
        List.of(
            "training.seed: was 7, is absent",
            "the content of data.train: was " + DIGEST + ", is absent",
            "hf:o/n: was abc, is absent"),
        gone.differences(IN),
        "code of which nobody knows is not compared");
    WentIn moved = new WentIn("1.0", "c0de", IN.spec(), IN.contents(), Map.of("hf:o/n", "def"));
    assertEquals(List.of(), moved.differences(IN), "a branch moved on, its files are the same");
  }

  @Test
  void onTheSamePlatformBytesCount() {
    assertEquals(new Verdict.SameBytes(), LOCK.judge(LOCK));
    assertEquals(
        new Verdict.OtherBytes(
            List.of("adapter/adapter_model.safetensors: was " + DIGEST + ", is " + OTHER)),
        LOCK.judge(Lock.of(IN, HERE, out(OTHER, 0.8, 20))));
    CameOut more =
        new CameOut(
            Map.of("adapter/adapter_model.safetensors", DIGEST, "users/ann/adapter/x", OTHER),
            3,
            Map.of());
    assertEquals(
        new Verdict.OtherBytes(List.of("users/ann/adapter/x: was absent, is " + OTHER)),
        LOCK.judge(Lock.of(IN, HERE, more)));
  }

  @Test
  void onAnotherPlatformMetricsCount() {
    List<String> platform = List.of("processor: was one, is another");
    assertEquals(
        new Verdict.Agrees(platform, 2), LOCK.judge(Lock.of(IN, THERE, out(OTHER, 0.809, 20.19))));
    assertEquals(
        new Verdict.Disagrees(
            platform,
            List.of(
                "accuracy: was 0.8, is 0.785; the tolerance is 0.01",
                "perplexity: was 20.0, is 20.3; the tolerance is 1 %")),
        LOCK.judge(Lock.of(IN, THERE, out(OTHER, 0.785, 20.3))));
    assertEquals(
        new Verdict.Disagrees(
            platform, List.of("accuracy: was 0.8, is NaN; the tolerance is 0.01")),
        LOCK.judge(Lock.of(IN, THERE, out(OTHER, Double.NaN, 20))));
    CameOut unmeasured = new CameOut(Map.of(), 3, Map.of("accuracy", 0.8));
    assertEquals(
        new Verdict.Disagrees(platform, List.of("perplexity: was 20.0, is absent")),
        LOCK.judge(Lock.of(IN, THERE, unmeasured)));
  }

  @Test
  void aTolerancesOwnerHasTheLastWord() {
    Lock wide = withTolerance(new Tolerance(new BigDecimal("0.1"), false));
    assertInstanceOf(Verdict.Agrees.class, wide.judge(Lock.of(IN, THERE, out(OTHER, 0.75, 20))));
    Lock none = withTolerance(new Tolerance(BigDecimal.ZERO, false));
    assertInstanceOf(Verdict.Agrees.class, none.judge(Lock.of(IN, THERE, out(OTHER, 0.8, 20))));
    assertInstanceOf(
        Verdict.Disagrees.class, none.judge(Lock.of(IN, THERE, out(OTHER, 0.8001, 20))));
  }

  private static Lock withTolerance(Tolerance accuracy) {
    Map<String, Tolerance> tolerance = new HashMap<>(LOCK.tolerance());
    tolerance.put("accuracy", accuracy);
    return new Lock(1, IN, HERE, LOCK.cameOut(), tolerance);
  }

  @Test
  void aLockStaysUnlessSomethingElseWentInOrCameOutHere() {
    assertEquals(new Renewal.First(LOCK), LOCK.renew(Optional.empty()));
    assertEquals(new Renewal.Stays(new Verdict.SameBytes()), LOCK.renew(Optional.of(LOCK)));
    Lock elsewhere = Lock.of(IN, THERE, out(OTHER, 0.1, 20));
    Renewal.Stays stays = assertInstanceOf(Renewal.Stays.class, elsewhere.renew(Optional.of(LOCK)));
    assertInstanceOf(Verdict.Disagrees.class, stays.verdict());

    Lock edited = withTolerance(new Tolerance(new BigDecimal("0.1"), false));
    Lock otherBytes = Lock.of(IN, HERE, out(OTHER, 0.8, 20));
    Renewal.OtherBytes bytes =
        assertInstanceOf(Renewal.OtherBytes.class, otherBytes.renew(Optional.of(edited)));
    assertEquals(edited.tolerance(), bytes.lock().tolerance());
    assertEquals(otherBytes.cameOut(), bytes.lock().cameOut());

    WentIn newer = new WentIn("1.1", "c0de", IN.spec(), IN.contents(), IN.sources());
    Lock withoutMetrics = Lock.of(newer, THERE, new CameOut(Map.of(), 3, Map.of()));
    Renewal.OtherInputs inputs =
        assertInstanceOf(Renewal.OtherInputs.class, withoutMetrics.renew(Optional.of(edited)));
    assertEquals(List.of("the version of ColA: was 1.0, is 1.1"), inputs.inputs());
    assertEquals(withoutMetrics, inputs.lock(), "what is measured no more needs no tolerance");
  }
}
