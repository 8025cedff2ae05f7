package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import java.util.function.Supplier;

/**
 * One forward pass in progress. A model leaves to it what differs between plain inference, adapted
 * inference and gradient learning: how a linear module is evaluated, where the autograd graph is
 * cut, and whether values are dropped.
 */
public interface ForwardPass {

  /** For arrays that live as long as this pass. */
  NDManager manager();

  /** Memory for what Java hands to this pass. */
  HostArena arena();

  /** Whether the model learns in this pass: what a block's own batch norms ask. */
  boolean training();

  /**
   * Announces that linear modules will read {@code x}. Every reader of the value, a residual
   * connection included, must use the returned array: it is one leaf that sums what all its readers
   * send back.
   *
   * @param x [n, features]
   */
  NDArray share(NDArray x);

  /**
   * Evaluates linear modules that read the same input.
   *
   * @param x [n, in], as {@link #share} returned it
   * @param packing where the batch's rows lie in x
   * @return [n, out], the outputs of the group's members side by side
   */
  NDArray linear(LinearGroup group, NDArray x, Packing packing);

  /**
   * Evaluates one module that is no linear one of a group: an embedding, or a child of a block.
   * Nothing is cut below it, so its input needs no {@link #share}.
   *
   * @param x what the module reads: ids [n], values [n, in], or images [n, channels, height, width]
   * @param packing where the batch's rows lie in x
   * @param frozen evaluates the base module alone
   * @return what the module makes, with what adapters add to it
   */
  NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen);

  /**
   * The residual stream with what a part of the model made of it.
   *
   * @param x the stream, as {@link #share} returned it [n, hidden]
   * @param made by the part [n, hidden]; nobody reads it afterwards
   */
  default NDArray added(NDArray x, NDArray made) {
    return x.add(made);
  }

  /**
   * Says that {@link #linear}, {@link #byHand} and {@link #added} are all that read {@code x}, and
   * that they have: its memory is free if the way back does not need it.
   */
  default void done(NDArray x) {}

  /**
   * Evaluates a part of the model that knows its own way back.
   *
   * @param x what it reads, as {@link #share} or {@link #linear} returned it
   */
  default NDArray byHand(NDArray x, HandWritten part) {
    return part.recorded(x);
  }

  /**
   * What the next values that may be dropped are multiplied with: 0 or 1 / (1 - p) each while
   * training, an empty array if nothing is dropped.
   *
   * @param count the number of values
   * @param p the probability with which one is dropped
   */
  NDArray dropout(long count, double p);

  /**
   * Evaluates a part of the model, say a layer. Of what it makes only the result is needed
   * afterwards; the rest is freed, but for what the way back needs.
   */
  default NDArray stage(Supplier<NDArray> part) {
    try (Scope scope = Scope.open(manager())) {
      return scope.keep(part.get(), manager());
    }
  }
}
