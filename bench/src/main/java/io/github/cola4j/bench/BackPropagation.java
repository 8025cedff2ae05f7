package io.github.cola4j.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.Form;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Mlp;
import io.github.cola4j.adapter.ModuleShape;
import io.github.cola4j.data.Batch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.ModuleShapes;
import io.github.cola4j.gl.Site;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Steps of ordinary back-propagation: one graph of base and adapters is recorded, and the adapters'
 * parameters are leaves that gather their gradients. Nothing of gradient learning is in it. For
 * models that are blocks.
 */
final class BackPropagation<B extends Batch> implements AutoCloseable {
  private final AdaptedModel model;
  private final Objective<B> objective;
  private final Optimizer optimizer;
  private final Clipping clipping;
  private final ModuleShapes shapes;
  private final HostArena arena = new HostArena();
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  /**
   * @param model with one adapter at each site, whose parameters learn in place
   * @param optimizer takes the steps; closed with this
   */
  BackPropagation(
      AdaptedModel model, Objective<B> objective, Optimizer optimizer, Clipping clipping) {
    this.model = model;
    this.objective = objective;
    this.optimizer = optimizer;
    this.clipping = clipping;
    this.shapes = new ModuleShapes(model.manager());
    for (Site site : model.sites()) {
      site.adapter()
          .parameters()
          .forEach((name, array) -> parameters.put(site.name() + "." + name, array));
    }
  }

  /** What a step took: the batch's mean loss, and all of the time. */
  record Taken(double loss, long nanos) {}

  Taken take(B batch, double learningRate) {
    long start = System.nanoTime();
    Map<String, Adapter> adapters = new LinkedHashMap<>();
    try (Scope scope = Scope.open(model.manager())) {
      Autograd.record(true);
      model.sites().forEach(site -> adapters.put(site.name(), recorded(site)));
      Loss loss = objective.loss(new Pass(scope.manager(), arena, adapters), batch);
      Autograd.backward(loss.made(), loss.gradient());
      Autograd.record(false);
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      adapters.forEach((site, adapter) -> gradients.putAll(clipped(site, adapter)));
      optimizer.step(scope.manager(), parameters, gradients, learningRate);
      return new Taken(
          loss.mean().toType(DataType.FLOAT64, false).getDouble(), System.nanoTime() - start);
    } finally {
      Autograd.record(false);
      adapters.values().forEach(Adapter::close);
      arena.reset();
    }
  }

  /** The site's adapter over leaves that share its parameters' memory. */
  private Adapter recorded(Site site) {
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    site.adapter().parameters().forEach((name, array) -> leaves.put(name, Autograd.leaf(array)));
    ModuleShape shape = shapes.of(site.module());
    Form form = shape.whole().form();
    if (site.adapter() instanceof LinearAdapter) {
      return new LinearAdapter(form, leaves.get("W"), leaves.get("b"));
    }
    if (site.adapter() instanceof LowRank) {
      return new LowRank(form, leaves.get("A"), leaves.get("B"), site.adapter().scale(), 0);
    }
    return new Mlp(shape.pixel().orElseThrow().form(), leaves, Activation::relu);
  }

  private Map<String, NDArray> clipped(String site, Adapter adapter) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    adapter
        .parameters()
        .forEach((name, leaf) -> gradients.put(site + "." + name, Autograd.gradient(leaf)));
    clipping.clip(gradients.values());
    return gradients;
  }

  private record Pass(NDManager manager, HostArena arena, Map<String, Adapter> adapters)
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
      throw new UnsupportedOperationException("a block's children are evaluated one by one");
    }

    @Override
    public NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen) {
      Adapter adapter = adapters.get(module.name());
      return adapter == null ? frozen.get() : frozen.get().add(adapter.forward(x));
    }

    @Override
    public NDArray dropout(long count, double p) {
      return manager.create(new Shape(0));
    }
  }

  @Override
  public void close() {
    optimizer.close();
    shapes.close();
  }
}
