package io.github.cola4j.model.block;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.ModelException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a block is evaluated with in one pass: its parameters as they are (DJL's own store would
 * attach gradients to them), and the pass, for the children's stand-ins.
 */
final class PassParameters extends ParameterStore {
  private final ForwardPass pass;
  private final long rows;
  private final Map<Parameter, BlockChild> weights;
  private final Set<BlockChild> evaluated = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<BlockChild> read = Collections.newSetFromMap(new IdentityHashMap<>());
  private BlockChild inside; // the child that is being evaluated; null: none

  /**
   * @param rows of the batch
   * @param weights the children that have stand-ins, by their weights
   */
  PassParameters(ForwardPass pass, long rows, Map<Parameter, BlockChild> weights) {
    this.pass = pass;
    this.rows = rows;
    this.weights = weights;
  }

  ForwardPass pass() {
    return pass;
  }

  long rows() {
    return rows;
  }

  /** Evaluates a child itself, for its stand-in. */
  <T> T inside(BlockChild child, Supplier<T> work) {
    BlockChild before = inside;
    inside = child;
    evaluated.add(child);
    try {
      return work.get();
    } finally {
      inside = before;
    }
  }

  /**
   * @throws ModelException if a child was evaluated past its stand-in, or its merged weights were
   *     read for something else
   */
  void requireNonePassedBy() {
    for (BlockChild child : read) {
      if (!evaluated.contains(child)) {
        throw new ModelException(
            "the child %s was not evaluated through its parent's list of children or one of its fields; so it cannot be adapted. Let the parent call the child that its field holds, or that getChildren() gives"
                .formatted(child.module().name()));
      }
      if (child.module().pristine() instanceof KeptCopy copy && copy.taken()) {
        throw new ModelException(
            "the block reads the weights of %s not only to evaluate that child, so adapters cannot be merged into them; set gradient_learning.merged to false"
                .formatted(child.module().name()));
      }
    }
  }

  @Override
  public NDArray getValue(Parameter parameter, Device device, boolean training) {
    if (parameter == null) {
      return null; // as DJL's own answers for a bias that there is not
    }
    BlockChild child = weights.get(parameter);
    if (child != null && child != inside) {
      read.add(child);
    }
    return parameter.getArray();
  }

  @Override
  public NDManager getManager() {
    return pass.manager();
  }
}
