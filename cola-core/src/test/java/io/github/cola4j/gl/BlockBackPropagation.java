package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Ordinary back-propagation through a block: everything is recorded, and the adapters' parameters
 * are leaves that gather their gradients themselves.
 */
record BlockBackPropagation(NDManager manager, HostArena arena, Map<String, Adapter> adapters)
    implements ForwardPass {
  @Override
  public boolean training() {
    return true;
  }

  @Override
  public NDArray share(NDArray x) {
    return x;
  }

  @Override
  public NDArray linear(LinearGroup group, NDArray x, Packing packing) {
    throw new AssertionError("blocks have no groups");
  }

  @Override
  public NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen) {
    NDArray h = frozen.get();
    Adapter adapter = adapters.get(module.name());
    return adapter == null ? h : h.add(adapter.forward(x));
  }

  @Override
  public NDArray dropout(long count, double p) {
    return manager.create(new Shape(0));
  }
}
