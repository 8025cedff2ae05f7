package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.SomeRows;

/**
 * What one adapter reads in a pass.
 *
 * @param route whose it is, and which rows of the batch
 * @param places of the rows in the site's input; null: all of it
 * @param x the input's rows at those places, dropped values set to zero
 * @param kept what those were multiplied with in dropout; null: none is dropped
 */
record Read(Adapter adapter, Routing.Route route, NDArray places, NDArray x, NDArray kept) {
  /** Whether values were dropped, so that what the adapter read is not what the site read. */
  boolean dropped() {
    return kept != null;
  }

  /** What the adapter adds at its places. */
  private NDArray addition() {
    NDArray out = adapter.forward(x);
    return route.share() == 1 ? out : out.mul(route.share());
  }

  /** Adds it to what the base module made, in place. */
  void addTo(NDArray h) {
    if (places == null) {
      adapter.addTo(h, x, route.share());
    } else {
      SomeRows.addInPlace(h, places, addition());
    }
  }

  /** What the base module made with the addition, recorded if autograd is on. */
  NDArray addedTo(NDArray h) {
    return places == null ? h.add(addition()) : SomeRows.add(h, places, addition());
  }

  /** The same apart from any graph, for as long as a manager lives. */
  Read detached(NDManager manager) {
    return new Read(adapter, route, places, Owned.by(manager, m -> x.stopGradient()), kept);
  }

  /** Adds what the adapter sends back to the gradient of the site's input, in place. */
  void sendBack(NDArray inputGradient, NDArray hiddenGradient) {
    if (places == null && kept == null) {
      adapter.addInputGradientTo(inputGradient, x, hiddenGradient, route.share());
      return;
    }
    NDArray own = places == null ? hiddenGradient : SomeRows.take(hiddenGradient, places);
    NDArray back = adapter.inputGradient(x, own);
    if (route.share() != 1) {
      back = back.mul(route.share());
    }
    if (kept != null) {
      back = back.mul(kept);
    }
    addAtPlaces(inputGradient, back);
  }

  private void addAtPlaces(NDArray x, NDArray rows) {
    if (places == null) {
      x.addi(rows);
    } else {
      SomeRows.addInPlace(x, places, rows);
    }
  }
}
