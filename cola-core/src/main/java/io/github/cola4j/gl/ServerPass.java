package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Scope;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One forward and backward pass for the hidden gradients alone (ColA, algorithm 1, the server's
 * side). No parameter of base or adapter takes part in autograd.
 *
 * <p>The graph is cut at every site: its output is computed unrecorded and becomes a leaf, and so
 * does each input that sites read. Backward, in reverse order: autograd runs one piece down to its
 * leaves; a site's leaf then holds ∇ĥ, which is handed out as adaptation data, and what the site
 * sends back to its input, ∇ĥ·W, is computed by hand; once all readers of an input have sent
 * theirs, the piece below it runs. Below the lowest site nothing is recorded at all.
 *
 * <p>Use it for one batch: evaluate the model with it, then call {@link #backward}. All arrays
 * belong to the caller's scope.
 */
public final class ServerPass implements ForwardPass {
  private final AdaptedLinears linears;
  private final NDManager manager;
  private final HostArena arena;
  private final DropoutMasks dropout; // null: off
  private final List<Cut> tape = new ArrayList<>();
  private final Map<NDArray, Input> inputs = new IdentityHashMap<>();

  /** Where the graph is cut, in forward order. */
  private sealed interface Cut permits Input, Output {}

  /** An input that linear modules read. */
  private static final class Input implements Cut {
    final NDArray value;
    final NDArray leaf;
    NDArray sentBack; // by the sites, so far; null: nothing

    Input(NDArray value, NDArray leaf) {
      this.value = value;
      this.leaf = leaf;
    }
  }

  /**
   * The output of a group that contains sites; {@code source} is null if nothing below needs a
   * gradient.
   */
  private record Output(LinearGroup group, NDArray x, Input source, NDArray leaf) implements Cut {}

  /**
   * @param linears the base's linear modules and the adapters
   * @param manager owner of the pass's arrays
   * @param dropout the base's dropout, or null if it is off
   */
  public ServerPass(
      AdaptedLinears linears, NDManager manager, HostArena arena, DropoutMasks dropout) {
    this.linears = linears;
    this.manager = manager;
    this.arena = arena;
    this.dropout = dropout;
    Autograd.record(false);
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
  public NDArray share(NDArray x) {
    if (!Autograd.recording() || !Autograd.requiresGradient(x)) {
      return x; // below the lowest site, or beside it: no site's output went into x
    }
    NDArray value = Owned.by(manager, m -> x); // the way back needs it, whatever stage made it
    Input input = new Input(value, Owned.by(manager, m -> Autograd.leaf(x)));
    tape.add(input);
    inputs.put(input.leaf, input);
    return input.leaf;
  }

  @Override
  public NDArray linear(LinearGroup group, NDArray x) {
    if (linears.sites(group).isEmpty()) {
      return AdaptedLinears.frozen(group, x);
    }
    NDArray h = Autograd.unrecorded(() -> linears.forward(group, x));
    NDArray leaf = Owned.by(manager, m -> Autograd.leaf(h));
    tape.add(new Output(group, Owned.by(manager, m -> x), inputs.get(x), leaf));
    Autograd.record(true);
    return leaf;
  }

  @Override
  public NDArray dropout(long count, double p) {
    return dropout == null ? manager.create(new Shape(0)) : dropout.next(manager, count, p);
  }

  /**
   * Runs the pass backward from the loss and hands out each site's adaptation data, highest site
   * first.
   *
   * @param loss a scalar: the batch's mean loss
   */
  public void backward(NDArray loss, Consumer<AdaptationData> adaptation) {
    backward(loss, manager.ones(loss.getShape()), adaptation);
  }

  /**
   * The same from an output whose gradient is known.
   *
   * @param made what the model made
   * @param gradient of the batch's mean loss with respect to it, of the same shape
   */
  public void backward(NDArray made, NDArray gradient, Consumer<AdaptationData> adaptation) {
    Autograd.record(false);
    Autograd.backward(made, gradient);
    for (int i = tape.size() - 1; i >= 0; i--) {
      Cut cut = tape.get(i);
      try (Scope scope = Scope.open(manager)) {
        if (cut instanceof Output output) {
          sendBack(output, scope, adaptation);
        } else if (cut instanceof Input input) {
          runPieceBelow(input);
        }
      }
    }
    tape.clear();
    inputs.clear();
  }

  private void sendBack(Output output, Scope scope, Consumer<AdaptationData> adaptation) {
    NDArray hiddenGradient = Autograd.gradient(output.leaf);
    for (AdaptedLinears.Placed placed : linears.sites(output.group)) {
      adaptation.accept(
          new AdaptationData(placed.site(), output.x, placed.columns(hiddenGradient)));
    }
    if (output.source != null) {
      NDArray gradient = linears.inputGradient(output.group, output.x, hiddenGradient);
      NDArray before = output.source.sentBack;
      output.source.sentBack =
          before == null ? scope.keep(gradient, manager) : before.addi(gradient);
    }
    output.leaf.close();
  }

  private static void runPieceBelow(Input input) {
    NDArray gradient = input.sentBack;
    if (Autograd.hasGradient(
        input.leaf)) { // from readers that autograd knows: the residual, modules that are no sites
      NDArray recorded = Autograd.gradient(input.leaf);
      gradient = gradient == null ? recorded : gradient.addi(recorded);
    }
    if (gradient != null) {
      Autograd.backward(input.value, gradient);
      gradient.close();
    }
    input.leaf.close(); // all its readers are done, the sites among them
    input.value.close();
  }
}
