package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Linear modules that read the same input, evaluated as one product. The members' weights are rows
 * of the group's, not copies.
 *
 * @param members in the order of their outputs
 * @param weight [sum of out, in]
 * @param bias [sum of out], or null if the members have none
 */
public record LinearGroup(List<Linear> members, FrozenWeight weight, NDArray bias) {

  /** A group of one. */
  public static LinearGroup of(Linear linear) {
    return new LinearGroup(List.of(linear), linear.matrix(), linear.bias());
  }
}
