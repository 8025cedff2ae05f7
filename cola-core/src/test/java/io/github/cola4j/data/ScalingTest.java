package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScalingTest {
  /** Values of torch.nn.functional.interpolate(mode="bilinear", antialias=True) on bytes. */
  static Stream<Arguments> references() {
    return Stream.of(
        Arguments.of(3, 3, new int[] {76, 135, 148, 149, 147, 143, 109, 141, 127}),
        Arguments.of(2, 5, new int[] {96, 125, 150, 127, 149, 112, 127, 154, 133, 141}),
        Arguments.of(
            5,
            3,
            new int[] {32, 111, 190, 134, 166, 92, 181, 130, 159, 82, 170, 152, 129, 119, 109}),
        Arguments.of(
            8,
            10,
            new int[] {
              0, 20, 46, 72, 98, 124, 150, 176, 202, 222, 40, 63, 93, 123, 153, 144, 101, 131, 161,
              184, 97, 124, 157, 181, 216, 167, 46, 83, 111, 130, 154, 186, 184, 102, 134, 147, 136,
              178, 140, 75, 130, 168, 170, 94, 132, 151, 146, 193, 161, 101, 27, 69, 117, 159, 210,
              179, 76, 128, 174, 206, 68, 114, 136, 94, 145, 164, 143, 100, 122, 168, 108, 157, 155,
              38, 88, 150, 200, 83, 81, 130
            }));
  }

  @ParameterizedTest
  @MethodSource("references")
  void scalesAsTorchDoes(int height, int width, int[] expected) {
    ImageShape shape = new ImageShape(2, 5, 7);
    byte[] image = new byte[shape.size()];
    for (int i = 0; i < 35; i++) {
      int x = i % 7;
      int y = i / 7;
      image[i] = (byte) (x * 37 + y * 91 + x * y * 13);
      image[35 + i] = (byte) 200;
    }
    byte[] scaled = Scaling.bilinear(image, shape, height, width);
    int plane = height * width;
    assertEquals(2 * plane, scaled.length);
    for (int i = 0; i < plane; i++) {
      assertEquals(expected[i], scaled[i] & 0xff, 1, "value " + i);
      assertEquals(200, scaled[plane + i] & 0xff);
    }
  }

  @Test
  void theSameSizeChangesNothing() {
    byte[] image = new byte[6 * 9];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i * 77);
    }
    assertArrayEquals(image, Scaling.bilinear(image, new ImageShape(1, 6, 9), 6, 9));
  }
}
