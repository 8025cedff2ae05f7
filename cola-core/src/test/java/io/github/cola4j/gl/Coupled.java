package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Ordinary back-propagation: everything is recorded, and the adapters' parameters gather their
 * gradients themselves. α is 1.
 *
 * @param masks of the base's dropout
 * @param parameters leaves, as {@code <module>.<name>}
 * @param adapterMasks of the dropout of what adapters of linear modules read; null for none
 * @param adapterDropout its probability
 * @param outputs of modules with adapters by their names, filled as they are made; their gradients
 *     can be asked for
 */
record Coupled(
    NDManager manager,
    HostArena arena,
    DropoutMasks masks,
    Map<String, NDArray> parameters,
    DropoutMasks adapterMasks,
    double adapterDropout,
    Map<String, NDArray> outputs)
    implements ForwardPass {

  /** One whose adapters drop nothing. */
  Coupled(NDManager manager, HostArena arena, DropoutMasks masks, Map<String, NDArray> parameters) {
    this(manager, arena, masks, parameters, null, 0, new HashMap<>());
  }

  @Override
  public NDArray share(NDArray x) {
    return x;
  }

  @Override
  public NDArray linear(LinearGroup group, NDArray x, Packing packing) {
    NDArray h =
        ai.djl.nn.core.Linear.linear(x, group.weight().array(), group.bias()).singletonOrThrow();
    List<NDArray> columns = new ArrayList<>();
    long from = 0;
    for (Linear member : group.members()) {
      NDArray own = h.get(new NDIndex(":, {}:{}", from, from + member.out()));
      from += member.out();
      columns.add(isAdapted(member) ? adapted(member, own, read(member, x)) : own);
    }
    NDArray first = columns.remove(0);
    return columns.isEmpty() ? first : first.concat(concat(columns), 1);
  }

  private boolean isAdapted(BaseModule module) {
    return parameters.containsKey(module.name() + ".A")
        || parameters.containsKey(module.name() + ".W");
  }

  /** What the adapter reads; heads have full linear ones, which drop nothing. */
  private NDArray read(BaseModule module, NDArray x) {
    if (adapterMasks == null || !parameters.containsKey(module.name() + ".A")) {
      return x;
    }
    return x.mul(adapterMasks.next(manager, x.size(), adapterDropout).reshape(x.getShape()));
  }

  /**
   * @param h what the base module made
   * @param x the features that the adapter reads
   */
  private NDArray adapted(BaseModule module, NDArray h, NDArray x) {
    NDArray a = parameters.get(module.name() + ".A");
    NDArray bias = parameters.get(module.name() + ".b");
    NDArray own =
        a == null
            ? h.add(x.matMul(parameters.get(module.name() + ".W").transpose()))
            : h.add(
                x.matMul(a.transpose()).matMul(parameters.get(module.name() + ".B").transpose()));
    NDArray watched = Autograd.watched(bias == null ? own : own.add(bias));
    NDArray made = Owned.by(manager, m -> watched); // whatever stage made it
    outputs.put(module.name(), made);
    return made;
  }

  private static NDArray concat(List<NDArray> columns) {
    NDArray all = columns.get(0);
    for (NDArray more : columns.subList(1, columns.size())) {
      all = all.concat(more, 1);
    }
    return all;
  }

  /** An embedding's features are one for each entry of its table: a one in the place of the id. */
  @Override
  public NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen) {
    NDArray h = frozen.get();
    return isAdapted(module) ? adapted(module, h, x.oneHot((int) module.in())) : h;
  }

  @Override
  public boolean training() {
    return true;
  }

  @Override
  public NDArray dropout(long count, double p) {
    return masks == null ? manager.create(new Shape(0)) : masks.next(manager, count, p);
  }
}
