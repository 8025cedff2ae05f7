package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Script;

/** What layers are made of, beside linear modules and attention. */
final class Layers implements AutoCloseable {
  private final Script script;
  private final NDArray epsilon;

  /**
   * @param epsilon of all norms
   */
  Layers(NDManager manager, double epsilon) {
    script = Script.load(manager, Layers.class, "layers.py");
    this.epsilon = Owned.by(manager, m -> m.create(epsilon));
  }

  /** Weight and bias [hidden]. */
  record Norm(NDArray weight, NDArray bias) {
    static Norm load(Parameters parameters, String name, long hidden) {
      return new Norm(
          parameters.load(name + ".weight", hidden), parameters.load(name + ".bias", hidden));
    }
  }

  /** The rows of a table [rows, width] that the ids name: [n, width]. */
  NDArray rows(ForwardPass pass, NDArray table, int[] ids) {
    NDArray index = pass.arena().longs(pass.manager(), new Shape(ids.length), ids);
    return script.apply("rows", index, table);
  }

  /** The entries of a table that the ids name, with what adapters add to them: [n, width]. */
  NDArray embedded(ForwardPass pass, Table table, int[] ids, Packing packing) {
    NDArray index = pass.arena().longs(pass.manager(), new Shape(ids.length), ids);
    return pass.module(
        table.module(), index, packing, () -> script.apply("rows", index, table.entries()));
  }

  /** Each row normalised to mean 0 and variance 1, then scaled and shifted. */
  NDArray layerNorm(NDArray x, Norm norm) {
    return script.apply("layer_norm", x, norm.weight, norm.bias, epsilon);
  }

  /** Each row divided by the root of its mean square, then scaled by weight [hidden]. */
  NDArray rmsNorm(NDArray x, NDArray weight) {
    return script.apply("rms_norm", x, weight, epsilon);
  }

  /** Dropped values while training. */
  NDArray drop(ForwardPass pass, NDArray x, double p) {
    NDArray keep = pass.dropout(x.size(), p);
    return keep.size() == 0 ? x : script.apply("drop", x, keep);
  }

  NDArray activate(Activation activation, NDArray x) {
    return activation.apply(script, x);
  }

  /**
   * activation(gate)·value of gate and value side by side: [n, 2 * width] to [n, width]; SwiGLU and
   * its like (Shazeer 2020).
   */
  NDArray gated(Activation activation, NDArray both) {
    if (activation == Activation.SILU) {
      return script.apply("gated", both);
    }
    NDList halves = both.split(2, 1);
    return activate(activation, halves.get(0)).mul(halves.get(1));
  }

  @Override
  public void close() {
    script.close();
  }
}
