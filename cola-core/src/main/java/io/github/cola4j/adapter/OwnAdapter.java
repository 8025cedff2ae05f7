package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.Scope;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/** An adapter of a user's {@link AdapterKind}. */
public final class OwnAdapter implements RecordedAdapter {
  private static final int TRIAL_ROWS = 2;
  private static final double TRIAL_DEVIATION = 0.1;
  private static final double ROUNDING = 1e-3; // of float32, over sums of any length

  private final AdapterKind kind;
  private final Form form;
  private final Map<String, NDArray> parameters;
  private final boolean mergeable;

  /**
   * Takes over the arrays.
   *
   * @param manager that they belong to
   * @param start what the adapter reads and makes
   * @throws AdapterException if the kind's functions fail at values that are drawn, do not give
   *     arrays of those sizes, or do not agree with each other
   */
  public OwnAdapter(
      NDManager manager, AdapterKind kind, Start start, Map<String, NDArray> parameters) {
    this.kind = kind;
    this.form = start.form();
    this.parameters = new TreeMap<>(parameters); // the same order in every JVM
    try (Scope scope = Scope.open(manager)) {
      Random random = new Random(0);
      Map<String, NDArray> drawn = new TreeMap<>();
      this.parameters.forEach(
          (name, array) ->
              drawn.put(name, drawn(start, scope.manager(), array.getShape(), random)));
      NDArray rows = drawn(start, scope.manager(), new Shape(TRIAL_ROWS, start.in()), random);
      NDArray made = evaluate(drawn, rows);
      require("evaluate", made, new Shape(TRIAL_ROWS, start.out()));
      tryDerivatives(drawn, rows);
      Optional<NDArray> delta = deltaWeight(drawn);
      delta.ifPresent(
          d -> {
            require("deltaWeight", d, new Shape(start.out(), start.in()));
            requireSame(made, rows.matMul(d.transpose()));
          });
      this.mergeable = delta.isPresent();
    }
  }

  /** A copy of one whose kind was tried already. */
  private OwnAdapter(OwnAdapter other, NDManager manager) {
    this.kind = other.kind;
    this.form = other.form;
    this.mergeable = other.mergeable;
    this.parameters = new TreeMap<>(other.copies(manager));
  }

  private static NDArray drawn(Start start, NDManager manager, Shape shape, Random random) {
    return start.drawn(manager, shape, () -> TRIAL_DEVIATION * random.nextGaussian());
  }

  private NDArray evaluate(Map<String, NDArray> w, NDArray x) {
    return asked("evaluate", () -> kind.evaluate(w, x));
  }

  private Optional<NDArray> deltaWeight(Map<String, NDArray> w) {
    return asked("deltaWeight", () -> kind.deltaWeight(w));
  }

  private <T> T asked(String method, Supplier<T> call) {
    try {
      return Objects.requireNonNull(call.get(), "it gives null");
    } catch (RuntimeException e) {
      throw AdapterException.of(kind, method, e);
    }
  }

  /** Whether autograd can go through it, too. */
  private void tryDerivatives(Map<String, NDArray> w, NDArray x) {
    Map<String, NDArray> leaves = new TreeMap<>();
    w.forEach((name, array) -> leaves.put(name, Autograd.leaf(array)));
    asked(
        "evaluate",
        () -> {
          NDArray made = Autograd.recorded(() -> kind.evaluate(leaves, Autograd.leaf(x)));
          if (Autograd.requiresGradient(made)) {
            Autograd.backward(made, made.onesLike());
          }
          return made;
        });
  }

  /** A merged adapter would be another one otherwise. */
  private void requireSame(NDArray evaluated, NDArray multiplied) {
    double apart = norm(evaluated.sub(multiplied)) / Math.max(norm(evaluated), norm(multiplied));
    if (apart > ROUNDING) {
      throw new AdapterException(
          "evaluate and deltaWeight of the adapter kind %s do not agree: x·ΔWᵀ is not what evaluate makes of x (%.1e apart); correct one of them, or leave deltaWeight out"
              .formatted(kind.getClass().getName(), apart));
    }
  }

  private static double norm(NDArray array) {
    return Math.sqrt(array.square().sum().toType(DataType.FLOAT64, false).getDouble());
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
    return form.made(evaluate(w, form.features(x)), x);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return parameters;
  }

  @Override
  public Adapter copy(NDManager manager) {
    return new OwnAdapter(this, manager);
  }

  @Override
  public boolean mergeable() {
    return mergeable;
  }

  @Override
  public void mergeInto(NDManager scratch, double share, NDArray weight, NDArray bias) {
    NDArray delta =
        deltaWeight(parameters)
            .orElseThrow(() -> new UnsupportedOperationException("it is not linear"));
    weight.addi(scratch.create(share).mul(delta));
  }
}
