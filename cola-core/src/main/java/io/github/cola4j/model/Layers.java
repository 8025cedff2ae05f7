package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
        table.module(),
        index,
        packing,
        () ->
            table.loaded() ? script.apply("rows", index, table.entries()) : table.read(pass, ids));
  }

  /** Each row normalised to mean 0 and variance 1, then scaled and shifted. */
  NDArray layerNorm(ForwardPass pass, NDArray x, Norm norm) {
    return pass.byHand(
        x, new Part("layer_norm", "normed", "normed_back", norm.weight, norm.bias, epsilon));
  }

  /** Each row divided by the root of its mean square, then scaled by weight [hidden]. */
  NDArray rmsNorm(ForwardPass pass, NDArray x, NDArray weight) {
    return pass.byHand(x, new Part("rms_norm", "rms_normed", "rms_normed_back", weight, epsilon));
  }

  /** Dropped values while training. */
  NDArray drop(ForwardPass pass, NDArray x, double p) {
    NDArray keep = Owned.by(pass.manager(), m -> pass.dropout(x.size(), p)); // the way back's too
    return keep.size() == 0 ? x : pass.byHand(x, new Part("drop", "drop", "drop_back", keep));
  }

  /** Element by element. */
  NDArray activate(ForwardPass pass, Activation activation, NDArray x) {
    String method = activation.method();
    return pass.byHand(x, new Part(method, method, method + "_back"));
  }

  /**
   * activation(gate)·value of gate and value side by side: [n, 2 * width] to [n, width]; SwiGLU and
   * its like (Shazeer 2020).
   */
  NDArray gated(ForwardPass pass, Activation activation, NDArray both) {
    if (activation == Activation.SILU) {
      return pass.byHand(both, new Part("gated", "gated", "gated_back"));
    }
    NDList halves = both.split(2, 1);
    return activate(pass, activation, halves.get(0)).mul(halves.get(1));
  }

  /** Three methods of the script, and what they read beside the value. */
  private final class Part implements HandWritten {
    private final String recorded;
    private final String forward;
    private final String back;
    private final NDArray[] constants;

    Part(String recorded, String forward, String back, NDArray... constants) {
      this.recorded = recorded;
      this.forward = forward;
      this.back = back;
      this.constants = constants;
    }

    @Override
    public NDList forward(NDArray x) {
      return script.call(forward, with(List.of(x)));
    }

    @Override
    public NDArray back(NDArray x, NDList kept, NDArray gradient) {
      List<NDArray> read = new ArrayList<>(List.of(gradient, x));
      read.addAll(kept);
      return script.apply(back, with(read));
    }

    @Override
    public NDArray recorded(NDArray x) {
      return script.apply(recorded, with(List.of(x)));
    }

    private NDArray[] with(List<NDArray> first) {
      return Stream.concat(first.stream(), Stream.of(constants)).toArray(NDArray[]::new);
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
