package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Torch;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of a batch in packed arrays, wherever they lie. */
class PlacesTest {
  private static final NDManager MANAGER = Torch.newManager(Device.cpu());
  private static final Packing PACKING = new Packing(new int[] {2, 1, 3, 1, 2});
  private static final int TOKENS = 9;
  private static final int WIDTH = 2;

  @AfterAll
  static void close() {
    MANAGER.close();
  }

  private static Places places(int... rows) {
    return Places.of(PACKING, rows, MANAGER, new HostArena());
  }

  @Test
  void neighboursAreAStretch() {
    assertEquals(new Places.Stretch(2, 6), places(1, 2));
    assertEquals(new Places.Stretch(7, 9), places(4));
    assertInstanceOf(Places.Scattered.class, places(0, 2));
    assertInstanceOf(Places.Scattered.class, places(2, 1));
    assertInstanceOf(Places.Scattered.class, places());
    assertSame(Places.ALL, Places.of(PACKING, null, MANAGER, new HostArena()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 1 2 3 4", "1 2", "4", "0 2 3", "2 0"})
  void allKindsDoTheSame(String rows) {
    int[] asked = Arrays.stream(rows.split(" ")).mapToInt(Integer::parseInt).toArray();
    Places places = places(asked);
    int[] tokens = PACKING.tokensOf(asked);
    float[] values = new float[TOKENS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    float[] own = new float[tokens.length * WIDTH];
    float[] sum = values.clone();
    float[] marks = new float[TOKENS * WIDTH];
    for (int i = 0; i < own.length; i++) {
      int at = tokens[i / WIDTH] * WIDTH + i % WIDTH;
      own[i] = values[at];
      sum[at] += 100 + i;
      marks[at] = 1;
    }
    float[] additions = new float[own.length];
    IntStream.range(0, own.length).forEach(i -> additions[i] = 100 + i);
    try (NDManager manager = MANAGER.newSubManager()) {
      NDArray array = manager.create(values, new Shape(TOKENS, WIDTH));
      NDArray addition = manager.create(additions, new Shape(tokens.length, WIDTH));
      assertArrayEquals(own, places.of(array).toFloatArray());
      NDArray recorded = Autograd.leaf(addition);
      Autograd.record(true);
      NDArray made = places.added(array, recorded);
      Autograd.record(false);
      assertArrayEquals(sum, made.toFloatArray());
      assertArrayEquals(values, array.toFloatArray(), "left as it was");
      NDArray weights = manager.create(values, new Shape(TOKENS, WIDTH));
      Autograd.backward(made, weights);
      assertArrayEquals(own, Autograd.gradient(recorded).toFloatArray());
      places.addTo(array, addition);
      assertArrayEquals(sum, array.toFloatArray());
      if (places.views()) {
        NDArray zeros = manager.zeros(new Shape(TOKENS, WIDTH));
        places.of(zeros).addi(1);
        assertArrayEquals(marks, zeros.toFloatArray());
      }
    }
  }
}
