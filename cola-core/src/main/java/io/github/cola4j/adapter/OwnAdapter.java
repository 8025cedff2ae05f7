package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An adapter of a user's {@link AdapterKind}. */
public final class OwnAdapter implements RecordedAdapter {
  private final AdapterKind kind;
  private final Form form;
  private final Map<String, NDArray> parameters;
  private final boolean mergeable;

  /**
   * Takes over the arrays.
   *
   * @param manager that they belong to
   * @param start what the adapter reads and makes
   * @throws AdapterException if the kind's functions do not give arrays of those sizes
   */
  public OwnAdapter(
      NDManager manager, AdapterKind kind, Start start, Map<String, NDArray> parameters) {
    this.kind = kind;
    this.form = start.form();
    this.parameters = new TreeMap<>(parameters); // the same order in every JVM
    try (Scope scope = Scope.open(manager)) {
      NDArray rows = start.zeros(scope.manager(), new Shape(2, start.in()));
      require("evaluate", kind.evaluate(parameters, rows), new Shape(2, start.out()));
      Optional<NDArray> delta = kind.deltaWeight(parameters);
      delta.ifPresent(d -> require("deltaWeight", d, new Shape(start.out(), start.in())));
      this.mergeable = delta.isPresent();
    }
  }

  private void require(String method, NDArray made, Shape wanted) {
    if (!made.getShape().equals(wanted)) {
      throw new AdapterException(
          "%s of the adapter kind %s gives an array of shape %s, where %s is needed"
              .formatted(method, kind.getClass().getName(), made.getShape(), wanted));
    }
  }

  @Override
  public NDArray value(Map<String, NDArray> w, NDArray x) {
    return form.made(kind.evaluate(w, form.features(x)), x);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return parameters;
  }

  @Override
  public boolean mergeable() {
    return mergeable;
  }

  @Override
  public void mergeInto(NDManager scratch, double share, NDArray weight, NDArray bias) {
    NDArray delta =
        kind.deltaWeight(parameters)
            .orElseThrow(() -> new UnsupportedOperationException("it is not linear"));
    weight.addi(scratch.create(share).mul(delta));
  }
}
