package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.HandWritten;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One forward and backward pass for the hidden gradients alone (ColA, algorithm 1, the server's
 * side). No parameter of base or adapter takes part in autograd.
 *
 * <p>The graph is cut at every linear module, every part whose way back is written by hand, every
 * sum of the residual stream, and wherever else a model says that several read a value: each is
 * evaluated unrecorded, and its value is a {@link Leaf}. On the way back, in reverse order, each
 * leaf has the gradient that all its readers have sent back; a site's is ∇ĥ, which is handed out as
 * adaptation data; and what goes on to the leaf below is computed by hand, a linear module's ∇ĥ·W.
 * Autograd runs what is left between leaves: little, and in pieces. Below the lowest site nothing
 * is recorded at all.
 *
 * <p>Where the pass cannot know all readers of a site's input (embeddings, the children of a
 * block), nothing is cut: the site's output keeps the gradient that autograd brings on its way
 * further down.
 *
 * <p>Use it for one batch: evaluate the model with it, then call {@link #backward}. All arrays
 * belong to the caller's scope.
 */
public final class ServerPass implements ForwardPass {
  private final AdaptedModules modules;
  private final RoutedAdapters adapters;
  private final NDManager manager;
  private final HostArena arena;
  private final DropoutMasks dropout; // null: off
  private final SiteInputs leaving;
  private final List<Mark> tape = new ArrayList<>();
  private final Map<NDArray, Leaf> leaves = new IdentityHashMap<>();

  /** Where something is to be done on the way back, in forward order. */
  private sealed interface Mark permits Input, Output, Crossed, Added, Watched {}

  /**
   * An input that linear modules read.
   *
   * @param made the value, as recorded
   */
  private record Input(NDArray made, Leaf leaf) implements Mark {}

  /** A site within a group, and what its adapters read; nothing where they are merged. */
  private record AtSite(AdaptedModules.Placed placed, List<Read> reads) {}

  /**
   * The output of a group of linear modules; {@code source} is null if nothing below needs a
   * gradient, {@code x} where no site reads it.
   */
  private record Output(
      LinearGroup group, Packing packing, NDArray x, Leaf source, List<AtSite> sites, Leaf leaf)
      implements Mark {}

  /** A sum of two values; those of them that need a gradient. */
  private record Added(List<Leaf> parts, Leaf leaf) implements Mark {}

  /** The value of a part whose way back is written by hand, and what that needs. */
  private record Crossed(HandWritten part, Leaf source, NDList kept, Leaf leaf) implements Mark {}

  /**
   * The output of a site at which nothing is cut; {@code changes} says how often its input {@code
   * x} had been changed in place when the site read it, {@code left} is what became of it.
   */
  private record Watched(
      Site site,
      Packing packing,
      NDArray x,
      NDArray left,
      long changes,
      List<Read> reads,
      NDArray made)
      implements Mark {}

  /**
   * @param modules which modules of the base are sites
   * @param routing which adapters the batch's rows pass through and train
   * @param manager owner of the pass's arrays
   * @param dropout the base's dropout, or null if it is off
   * @param adapterDropout of the adapters' inputs, or null if it is off
   * @param leaving what becomes of the sites' inputs
   */
  public ServerPass(
      AdaptedModules modules,
      Routing routing,
      NDManager manager,
      HostArena arena,
      DropoutMasks dropout,
      DropoutMasks adapterDropout,
      SiteInputs leaving) {
    this.modules = modules;
    this.adapters = new RoutedAdapters(routing, manager, arena, adapterDropout);
    this.manager = manager;
    this.arena = arena;
    this.dropout = dropout;
    this.leaving = leaving;
    Autograd.record(false);
  }

  /** One whose fits end with the batch. */
  public ServerPass(
      AdaptedModules modules,
      Routing routing,
      NDManager manager,
      HostArena arena,
      DropoutMasks dropout,
      DropoutMasks adapterDropout) {
    this(modules, routing, manager, arena, dropout, adapterDropout, SiteInputs.STAY);
  }

  /** The same where there are no users, and no adapter has dropout. */
  public ServerPass(
      AdaptedModules modules, NDManager manager, HostArena arena, DropoutMasks dropout) {
    this(modules, Routing.ONE, manager, arena, dropout, null);
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
    return true;
  }

  @Override
  public NDArray share(NDArray x) {
    if (leaves.containsKey(x) || !Autograd.recording() || !Autograd.requiresGradient(x)) {
      return x; // a cut already; or no site's output went into it, for it is below the lowest one
    }
    NDArray made = Owned.by(manager, m -> x); // the way back needs it, whatever stage made it
    Leaf leaf = cut(x);
    tape.add(new Input(made, leaf));
    return leaf.value();
  }

  /** A value from which on operations are recorded anew. */
  private Leaf cut(NDArray made) {
    Leaf leaf = new Leaf(Owned.by(manager, m -> Autograd.leaf(made)));
    leaves.put(leaf.value(), leaf);
    return leaf;
  }

  @Override
  public NDArray linear(LinearGroup group, NDArray x, Packing packing) {
    List<AdaptedModules.Placed> placed = modules.sites(group);
    NDArray shared = share(x);
    Leaf source = leaves.get(shared);
    if (placed.isEmpty() && source == null) {
      return AdaptedModules.frozen(group, x);
    }
    List<AtSite> sites = new ArrayList<>();
    NDArray h =
        Autograd.unrecorded(
            () -> {
              NDArray made = AdaptedModules.frozen(group, shared);
              for (AdaptedModules.Placed at : placed) {
                List<Read> reads = reads(at.site(), shared, packing);
                reads.forEach(read -> read.addTo(at.columns(made)));
                sites.add(new AtSite(at, reads));
              }
              return made;
            });
    Leaf leaf = cut(h);
    tape.add(new Output(group, packing, kept(placed, shared, source), source, sites, leaf));
    Autograd.record(true);
    return leaf.value();
  }

  @Override
  public NDArray added(NDArray x, NDArray made) {
    List<Leaf> parts =
        Stream.of(x, made).map(this::share).map(leaves::get).filter(Objects::nonNull).toList();
    NDArray sum = Autograd.unrecorded(() -> x.add(made));
    if (parts.isEmpty()) {
      return sum;
    }
    Leaf leaf = cut(sum);
    tape.add(new Added(parts, leaf));
    done(made);
    return leaf.value();
  }

  @Override
  public void done(NDArray x) {
    Leaf leaf = leaves.get(x);
    if (leaf != null) {
      leaf.spend();
    }
  }

  @Override
  public NDArray byHand(NDArray x, HandWritten part) {
    NDArray read = share(x);
    NDList made = Autograd.unrecorded(() -> part.forward(read));
    Leaf source = leaves.get(read);
    if (source == null) {
      return made.head();
    }
    source.keep();
    NDList kept = new NDList(made.subList(1, made.size()));
    kept.forEach(array -> Owned.by(manager, m -> array)); // for the way back
    Leaf leaf = cut(made.head());
    tape.add(new Crossed(part, source, kept, leaf));
    return leaf.value();
  }

  @Override
  public NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen) {
    Optional<Site> site = modules.site(module);
    NDArray h = frozen.get();
    if (site.isEmpty()) {
      return h;
    }
    List<Read> reads = reads(site.get(), x, packing);
    for (Read read : reads) {
      h = read.addedTo(h);
    }
    NDArray made = Autograd.watched(h);
    NDArray input = Owned.by(manager, m -> x.stopGradient());
    NDArray left = left(List.of(site.get()), input, true);
    tape.add(
        new Watched(
            site.get(),
            packing,
            input,
            Owned.by(manager, m -> left),
            Autograd.changes(input),
            reads.stream().map(read -> read.detached(manager)).toList(),
            Owned.by(manager, m -> made)));
    Autograd.record(true);
    return Autograd.passedOn(made);
  }

  /** What a site's adapters read; nothing where they are merged. */
  private List<Read> reads(Site site, NDArray x, Packing packing) {
    return modules.merged() ? List.of() : adapters.reads(site, x, packing);
  }

  /** What the way back needs of an input; null where no site reads it. */
  private NDArray kept(List<AdaptedModules.Placed> placed, NDArray x, Leaf source) {
    if (placed.isEmpty()) {
      return null;
    }
    NDArray left =
        left(placed.stream().map(AdaptedModules.Placed::site).toList(), x, source == null);
    if (left == x || !modules.merged()) { // else nobody needs x itself: no adapter has read it
      Owned.by(manager, m -> x);
      if (source != null) {
        source.keep();
      }
    }
    return Owned.by(manager, m -> left);
  }

  /** What becomes of a site's input; rows of some users are taken from it on the way back. */
  private NDArray left(List<Site> sites, NDArray x, boolean given) {
    return adapters.learnFromAllRows() ? leaving.leave(sites, x, given) : x;
  }

  @Override
  public NDArray dropout(long count, double p) {
    return dropout == null ? manager.create(new Shape(0)) : dropout.next(manager, count, p);
  }

  /**
   * Runs the pass backward and hands out each adapter's adaptation data, highest site first.
   *
   * @param made what the model made, as recorded
   * @param gradient of the batch's mean loss with respect to it, of the same shape
   */
  @SuppressWarnings("try") // a scope owns what is made while it is open
  public void backward(NDArray made, NDArray gradient, Consumer<AdaptationData> adaptation) {
    Autograd.record(false);
    Autograd.backward(made, gradient);
    for (int i = tape.size() - 1; i >= 0; i--) {
      Mark mark = tape.get(i);
      try (Scope scope = Scope.open(manager)) {
        if (mark instanceof Output output) {
          sendBack(output, adaptation);
        } else if (mark instanceof Crossed crossed) {
          sendBack(crossed);
        } else if (mark instanceof Added added) {
          sendBack(added);
        } else if (mark instanceof Input input) {
          runPieceBelow(input);
        } else if (mark instanceof Watched watched) {
          handOut(watched, adaptation);
        }
      }
    }
    tape.clear();
    leaves.clear();
  }

  private void sendBack(Output output, Consumer<AdaptationData> adaptation) {
    NDArray hiddenGradient = output.leaf.gradient();
    if (hiddenGradient == null) {
      throw new IllegalStateException(
          "no gradient has come back to " + output.group.members().get(0).name());
    }
    for (AtSite at : output.sites) {
      NDArray own = at.placed.columns(hiddenGradient);
      adapters.handOut(at.placed.site(), output.x, own, output.packing, at.reads, adaptation);
    }
    if (output.source != null) {
      NDArray gradient = output.group.weight().back(hiddenGradient); // [n, in]
      for (AtSite at : output.sites) {
        NDArray own = at.placed.columns(hiddenGradient);
        at.reads.forEach(read -> read.sendBack(gradient, own));
      }
      output.source.take(gradient, manager);
    }
    output.leaf.close();
  }

  private void sendBack(Crossed crossed) {
    NDArray gradient = crossed.leaf.gradient();
    if (gradient != null) {
      NDArray back = crossed.part.back(crossed.source.value(), crossed.kept, gradient);
      crossed.source.take(back, manager);
    }
    crossed.kept.close();
    crossed.leaf.close();
  }

  private void handOut(Watched watched, Consumer<AdaptationData> adaptation) {
    if (!Autograd.hasGradient(watched.made)) {
      return; // the loss does not depend on it
    }
    if (Autograd.changes(watched.x) != watched.changes) {
      throw new ModelException(
          "what the module %s reads was changed in place after it was read, so adapters would learn from other values; make a new array there, say with add instead of addi"
              .formatted(watched.site.name()));
    }
    adapters.handOut(
        watched.site,
        watched.left,
        Autograd.gradient(watched.made),
        watched.packing,
        watched.reads,
        adaptation);
    watched.made.close();
  }

  private void sendBack(Added added) {
    NDArray gradient = added.leaf.gradient();
    if (gradient != null) {
      added.parts.forEach(part -> part.borrow(gradient, manager));
    }
    added.leaf.close();
  }

  private static void runPieceBelow(Input input) {
    NDArray gradient = input.leaf.gradient();
    if (gradient != null) {
      Autograd.backward(input.made, gradient);
    }
    input.leaf.close(); // all its readers are done, the sites among them
    input.made.close();
  }
}
