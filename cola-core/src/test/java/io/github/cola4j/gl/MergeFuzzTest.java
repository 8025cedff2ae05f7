package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.fuzz.FuzzRun;
import io.github.cola4j.model.Linear;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Torch;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Whatever the sizes, the kinds and the users: merging is exact, does not drift, and is undone. */
@AddLifecycleHook(FuzzRun.class)
class MergeFuzzTest {

  @Property
  void mergedIsThePristinePlusAllSharesAndUnmergedIsPristine(
      @ForAll @IntRange(min = 1, max = 9) int in,
      @ForAll @IntRange(min = 1, max = 9) int out,
      @ForAll @IntRange(min = 1, max = 4) int users,
      @ForAll long seed) {
    Random random = new Random(seed);
    Torch.prepareThread();
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      float[] weight = values(random, out * in);
      float[] bias = values(random, out);
      Linear module =
          new Linear(
              "m",
              manager.create(weight, new Shape(out, in)),
              manager.create(bias),
              (w, b) -> {
                Assign.values(w, manager.create(weight, new Shape(out, in)));
                Assign.values(b, manager.create(bias));
              });
      double[] sum = new double[out * in];
      double[] biasSum = new double[out];
      for (int i = 0; i < sum.length; i++) {
        sum[i] = weight[i];
      }
      for (int i = 0; i < out; i++) {
        biasSum[i] = bias[i];
      }
      double share = 1.0 / users;
      SortedMap<Integer, Adapter> adapters = new TreeMap<>();
      for (int user = 0; user < users; user++) {
        adapters.put(user, adapter(manager, random, in, out, share, sum, biasSum));
      }
      List<Site> sites = List.of(new Site(module, adapters));
      List<Routing.Route> passed =
          IntStream.range(0, users).mapToObj(user -> Routing.Route.all(user, share)).toList();
      MergedWeights merged = new MergedWeights(manager, sites);
      merged.merge(passed);
      float[] once = module.weight().toFloatArray();
      assertNear(sum, once);
      assertNear(biasSum, module.bias().toFloatArray());
      for (int again = 0; again < 3; again++) {
        merged.merge(passed);
      }
      assertArrayEquals(once, module.weight().toFloatArray(), "merging again changes nothing");
      MergedWeights.Sum apart = MergedWeights.sum(manager, sites.get(0), passed);
      assertArrayEquals(once, apart.weight().toFloatArray());
      merged.unmerge();
      assertArrayEquals(weight, module.weight().toFloatArray());
      assertArrayEquals(bias, module.bias().toFloatArray());
    }
  }

  /** A low-rank or linear adapter, whose share is added to the sums in double precision. */
  private static Adapter adapter(
      NDManager manager,
      Random random,
      int in,
      int out,
      double share,
      double[] sum,
      double[] biasSum) {
    if (random.nextBoolean()) {
      float[] w = values(random, out * in);
      float[] b = values(random, out);
      IntStream.range(0, w.length).forEach(i -> sum[i] += share * w[i]);
      IntStream.range(0, out).forEach(i -> biasSum[i] += share * b[i]);
      return new LinearAdapter(manager.create(w, new Shape(out, in)), manager.create(b));
    }
    int rank = 1 + random.nextInt(4);
    double scale = random.nextDouble() * 4;
    float[] a = values(random, rank * in);
    float[] b = values(random, out * rank);
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int r = 0; r < rank; r++) {
          sum[o * in + i] += share * scale * b[o * rank + r] * a[r * in + i];
        }
      }
    }
    NDArray first = manager.create(a, new Shape(rank, in));
    return new LowRank(first, manager.create(b, new Shape(out, rank)), scale);
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertNear(double[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    double off = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      off += Math.pow(expected[i] - actual[i], 2);
      size += Math.pow(expected[i], 2);
    }
    assertEquals(0, Math.sqrt(off / (size + 1e-6)), 1e-5, "relative distance");
  }
}
