package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.HandWritten;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A forward pass for predictions: adapters are evaluated or merged, nothing is recorded or dropped.
 */
public final class InferencePass implements ForwardPass {
  private final AdaptedModules modules;
  private final RoutedAdapters adapters;
  private final NDManager manager;
  private final HostArena arena;

  /**
   * @param routing which adapters the batch's rows pass through
   * @param manager owner of the pass's arrays
   */
  public InferencePass(
      AdaptedModules modules, Routing routing, NDManager manager, HostArena arena) {
    this.modules = modules;
    this.adapters = new RoutedAdapters(routing, manager, arena, null);
    this.manager = manager;
    this.arena = arena;
  }

  /** One where there are no users. */
  public InferencePass(AdaptedModules modules, NDManager manager, HostArena arena) {
    this(modules, Routing.ONE, manager, arena);
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public HostArena arena() {
    return arena;
  }

  @Override
  public boolean training() {
    return false;
  }

  @Override
  public NDArray share(NDArray x) {
    return x;
  }

  @Override
  public NDArray linear(LinearGroup group, NDArray x, Packing packing) {
    NDArray h = AdaptedModules.frozen(group, x);
    if (!modules.merged()) {
      for (AdaptedModules.Placed placed : modules.sites(group)) {
        NDArray own = placed.columns(h);
        adapters.reads(placed.site(), x, packing).forEach(read -> read.addTo(own));
      }
    }
    return h;
  }

  @Override
  public NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen) {
    NDArray h = frozen.get();
    Optional<Site> site = modules.merged() ? Optional.empty() : modules.site(module);
    if (site.isPresent()) {
      for (Read read : adapters.reads(site.get(), x, packing)) {
        h = read.addedTo(h);
      }
    }
    return h;
  }

  @Override
  public NDArray added(NDArray x, NDArray made) {
    return made.addi(x);
  }

  @Override
  public void done(NDArray x) {
    x.close();
  }

  @Override
  public NDArray byHand(NDArray x, HandWritten part) {
    NDList made = part.forward(x);
    made.subList(1, made.size()).forEach(NDArray::close); // for a way back alone
    return made.head();
  }

  @Override
  public NDArray dropout(long count, double p) {
    return manager.create(new Shape(0));
  }
}
