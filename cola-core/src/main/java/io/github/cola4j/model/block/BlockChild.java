package io.github.cola4j.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.Convolution;
import io.github.cola4j.model.Linear;
import io.github.cola4j.tensor.Packing;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A child of a block that may be a site: what its stand-in does.
 *
 * @param module the child as passes see it
 * @param original the child itself
 */
record BlockChild(BaseModule module, Block original) {

  /** Puts the child's own parameters in the place of a stand-in's. */
  void shareParameters(Map<String, Parameter> parameters) {
    parameters.clear();
    original.getDirectParameters().forEach(p -> parameters.put(p.getKey(), p.getValue()));
  }

  /** Evaluates the child through the pass that is in progress; alone, if there is none. */
  NDList forward(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> parameters) {
    if (!(store instanceof PassParameters pass)) {
      return original.forward(store, inputs, training, parameters);
    }
    NDArray x = inputs.singletonOrThrow();
    Supplier<NDArray> frozen =
        () -> pass.inside(this, () -> original.forward(store, inputs, training, parameters).head());
    if (module instanceof Convolution) {
      Packing packing = packing(pass.rows(), x.getShape(), x.getShape().get(0));
      return new NDList(pass.pass().module(module, x, packing, frozen));
    }
    boolean linear = module instanceof Linear;
    Shape leading = linear ? x.getShape().slice(0, x.getShape().dimension() - 1) : x.getShape();
    NDArray rows =
        linear ? x.reshape(-1, module.in()) : x.toType(DataType.INT64, false).reshape(-1);
    NDArray made =
        pass.pass()
            .module(
                module,
                rows,
                packing(pass.rows(), x.getShape(), leading.size()),
                () -> frozen.get().reshape(-1, module.out()));
    return new NDList(made.reshape(leading.add(module.out())));
  }

  /** Where the batch's rows lie among n entries: even parts, if they are the first dimension. */
  private static Packing packing(long rows, Shape shape, long entries) {
    if (shape.dimension() == 0 || shape.get(0) != rows) {
      return Packing.ofNone();
    }
    int[] lengths = new int[Math.toIntExact(rows)];
    Arrays.fill(lengths, Math.toIntExact(entries / rows));
    return new Packing(lengths);
  }
}
