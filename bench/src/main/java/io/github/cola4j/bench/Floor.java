package io.github.cola4j.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.Site;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.CausalModel;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Script;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What no server pass can be faster than: the matrix products of the frozen linear modules and of
 * the vocabulary's head, forward and for the input gradient, each alone, by the same library with
 * the same threads, into memory that was written before. Only products that the pass really makes
 * are counted: none for the gradient below the lowest site, none for tokens without a label, and
 * where the model computes a module for some tokens, those alone.
 */
final class Floor implements AutoCloseable {
  /** Tokens that go through the head at once: enough that the products are at their fastest. */
  private static final int HEAD_ROWS = 256;

  private final NDManager manager;
  private final Script script;
  private final List<Product> products = new ArrayList<>();
  private final Map<Shape, NDArray> memory = new HashMap<>();

  /**
   * One module's products.
   *
   * @param weight [out, in], float32 whatever the model holds it in
   * @param rows n of x [n, in]
   * @param times how often it is made
   * @param back whether the gradient of the input is made as well
   */
  private record Product(NDArray weight, long rows, int times, boolean back) {}

  /** The floor of a server pass over one batch. */
  Floor(
      NDManager parent,
      BaseModel model,
      List<Site> sites,
      Objective<PackedBatch> objective,
      PackedBatch batch) {
    manager = parent.newSubManager();
    script = Script.load(manager, Floor.class, "floor.py");
    Set<String> adapted = sites.stream().map(Site::name).collect(Collectors.toSet());
    try (Scope scope = Scope.open(manager)) {
      objective.loss(new Noting(scope.manager(), adapted), batch);
    }
    if (model instanceof CausalModel causal) {
      int labelled = objective.items(batch);
      NDArray head = causal.vocabulary().weight();
      products.add(new Product(head, HEAD_ROWS, labelled / HEAD_ROWS, true));
      products.add(new Product(head, labelled % HEAD_ROWS, 1, true));
    }
    products.removeIf(product -> product.rows == 0);
    nanos(); // touches all memory once
  }

  /** Makes all products once, and tells how long that took. */
  @SuppressWarnings("try") // a scope owns what is made while it is open
  long nanos() {
    long start = System.nanoTime();
    for (Product product : products) {
      long out = product.weight.getShape().get(0);
      long in = product.weight.getShape().get(1);
      NDArray x = memory(product.rows, in);
      NDArray h = memory(product.rows, out);
      for (int i = 0; i < product.times; i++) {
        try (Scope scope = Scope.open(manager)) {
          script.call("forward", x, product.weight, h);
          if (product.back) {
            script.call("back", h, product.weight, x);
          }
        }
      }
    }
    try (Scope scope = Scope.open(manager)) {
      memory.values().iterator().next().sum().getFloat(); // waits for the device
      memory.values().forEach(array -> array.muli(0)); // so that no value grows without limit
    }
    return System.nanoTime() - start;
  }

  private NDArray memory(long rows, long width) {
    return memory.computeIfAbsent(
        new Shape(rows, width),
        shape -> Owned.by(manager, m -> m.randomNormal(shape, DataType.FLOAT32)));
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }

  /** A forward pass that notes which products it makes. */
  private final class Noting implements ForwardPass {
    private final NDManager scratch;
    private final Set<String> adapted;
    private final HostArena arena = new HostArena();
    private boolean above; // the lowest site

    Noting(NDManager scratch, Set<String> adapted) {
      this.scratch = scratch;
      this.adapted = adapted;
    }

    @Override
    public NDManager manager() {
      return scratch;
    }

    @Override
    public HostArena arena() {
      return arena;
    }

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
      NDArray weight = group.weight().widened(manager);
      products.add(new Product(weight, x.getShape().get(0), 1, above));
      above |= group.members().stream().anyMatch(member -> adapted.contains(member.name()));
      return group.weight().product(x, null);
    }

    @Override
    public NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen) {
      return frozen.get();
    }

    @Override
    public NDArray dropout(long count, double p) {
      return scratch.create(new Shape(0));
    }
  }
}
