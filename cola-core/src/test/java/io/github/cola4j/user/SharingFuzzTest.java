package io.github.cola4j.user;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.fuzz.FuzzRun;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.SomeRows;
import io.github.cola4j.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Whosoever's rows a batch holds, in whatever order: each is routed once, and comes back. */
@AddLifecycleHook(FuzzRun.class)
class SharingFuzzTest {

  @Provide
  Arbitrary<int[]> owners() {
    return Arbitraries.integers()
        .between(0, 4)
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(list -> list.stream().mapToInt(owner -> owner).toArray());
  }

  @Property
  void aloneEachRowPassesThroughAndTrainsItsOwner(@ForAll("owners") int[] owners) {
    Routing routing = Sharing.ALONE.routing(owners, present(owners));
    int[] routed = new int[owners.length];
    Arrays.fill(routed, -1);
    for (Routing.Route route : routing.passed()) {
      assertEquals(1, route.share());
      for (int row : rows(route, owners)) {
        assertEquals(-1, routed[row], "row " + row + " is routed once");
        routed[row] = route.user();
      }
    }
    assertArrayEquals(owners, routed);
    assertEquals(routing.passed(), routing.trained());
    for (int i = 0; i < routing.passed().size(); i++) { // so that they are gathered once
      assertSame(routing.passed().get(i).rows(), routing.trained().get(i).rows());
    }
  }

  @Property
  void inCollaborationAllPassThroughTheMeanAndTrainTheirOwner(@ForAll("owners") int[] owners) {
    Set<Integer> present = present(owners);
    present.add(7); // present, without a row
    Routing routing = Sharing.COLLABORATION.routing(owners, present);
    assertEquals(
        present, routing.passed().stream().map(Routing.Route::user).collect(Collectors.toSet()));
    assertEquals(1, routing.passed().stream().mapToDouble(Routing.Route::share).sum(), 1e-12);
    assertTrue(routing.passed().stream().allMatch(route -> route.rows() == null));
    assertEquals(
        Sharing.ALONE.routing(owners, present).trained().stream().map(this::told).toList(),
        routing.trained().stream().map(this::told).toList());
  }

  @Property
  void jointlyAllPassThroughAndTrainOne(@ForAll("owners") int[] owners) {
    assertSame(Routing.ONE, Sharing.JOINT.routing(owners, present(owners)));
  }

  @Property
  void whatIsTakenForEachUserComesBackToItsPlace(
      @ForAll("owners") int[] owners, @ForAll long seed) {
    Random random = new Random(seed);
    int[] lengths = random.ints(owners.length, 1, 6).toArray();
    Packing packing = new Packing(lengths);
    Torch.prepareThread();
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      float[] values = new float[packing.tokens() * 2];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      NDArray x = manager.create(values, new Shape(packing.tokens(), 2));
      NDArray back = x.zerosLike();
      NDArray apart = x.zerosLike();
      for (Routing.Route route : Sharing.ALONE.routing(owners, present(owners)).passed()) {
        long[] tokens =
            IntStream.of(packing.tokensOf(rows(route, owners))).asLongStream().toArray();
        NDArray places = manager.create(tokens);
        NDArray own = SomeRows.take(x, places);
        SomeRows.addInPlace(back, places, own);
        apart = SomeRows.add(apart, places, own);
        for (int t = 0; t < tokens.length; t++) {
          int row = row(packing, (int) tokens[t]);
          assertEquals(route.user(), owners[row], "the token of a row of the user's");
          assertEquals(values[(int) tokens[t] * 2], own.getFloat(t, 0));
        }
      }
      assertArrayEquals(values, back.toFloatArray());
      assertArrayEquals(values, apart.toFloatArray());
    }
  }

  private static int row(Packing packing, int token) {
    int row = 0;
    while (token >= packing.lengths()[row]) {
      token -= packing.lengths()[row++];
    }
    return row;
  }

  private List<Object> told(Routing.Route route) {
    List<Integer> rows =
        route.rows() == null ? List.of() : IntStream.of(route.rows()).boxed().toList();
    return List.of(route.user(), rows, route.share());
  }

  private static int[] rows(Routing.Route route, int[] owners) {
    return route.rows() == null ? IntStream.range(0, owners.length).toArray() : route.rows();
  }

  private static Set<Integer> present(int[] owners) {
    return new TreeSet<>(IntStream.of(owners).boxed().toList());
  }
}
