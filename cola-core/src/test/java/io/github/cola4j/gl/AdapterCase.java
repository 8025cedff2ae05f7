package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Mlp;
import io.github.cola4j.adapter.ModuleShape;
import io.github.cola4j.adapter.OwnAdapter;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.adapter.Wavelet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Every kind of adapter, over parameters that are given. */
enum AdapterCase {
  LOW_RANK,
  LINEAR,
  LINEAR_WITH_BIAS,
  MLP_RELU(Activation::relu),
  MLP_GELU(Activation::gelu),
  MLP_SILU(x -> Activation.swish(x, 1)),
  MLP_TANH(Activation::tanh),
  MLP_SIGMOID(Activation::sigmoid),
  OWN;

  static final double SCALE = 1.5;
  private static final Wavelet KIND = new Wavelet(Map.of("size", "3"));

  private final UnaryOperator<NDArray> activation; // null: no MLP

  AdapterCase() {
    this(null);
  }

  AdapterCase(UnaryOperator<NDArray> activation) {
    this.activation = activation;
  }

  /** Whether there is such an adapter beside such a module. */
  boolean fits(ModuleShape module) {
    return switch (this) {
      case LOW_RANK, LINEAR, LINEAR_WITH_BIAS -> true;
      case OWN -> module.kind() != ModuleShape.Kind.EMBEDDING;
      default -> module.pixel().isPresent();
    };
  }

  boolean linear() {
    return this == LOW_RANK || this == LINEAR || this == LINEAR_WITH_BIAS;
  }

  /** Parameters that are all drawn, none of them zero. */
  Map<String, NDArray> parameters(NDManager manager, String site, ModuleShape module) {
    Start start = activation == null ? module.whole() : module.pixel().orElseThrow();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    switch (this) {
      case LOW_RANK -> {
        shapes.put("A", new Shape(2, start.in()));
        shapes.put("B", new Shape(start.out(), 2));
      }
      case LINEAR, LINEAR_WITH_BIAS -> {
        shapes.put("W", new Shape(start.out(), start.in()));
        if (this == LINEAR_WITH_BIAS) {
          shapes.put("b", new Shape(start.out()));
        }
      }
      case OWN ->
          KIND.initial(manager, start.in(), start.out(), new Random(1))
              .forEach((name, array) -> shapes.put(name, array.getShape()));
      default -> {
        shapes.put("W1", new Shape(4, start.in()));
        shapes.put("b1", new Shape(4));
        shapes.put("W2", new Shape(3, 4));
        shapes.put("b2", new Shape(3));
        shapes.put("W3", new Shape(start.out(), 3));
        shapes.put("b3", new Shape(start.out()));
      }
    }
    Map<String, NDArray> drawn = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          NDArray values = BlockCase.drawn(manager, site + "." + name, shape);
          drawn.put(name, name.startsWith("b") ? values.abs() : values); // ReLUs that let through
        });
    return drawn;
  }

  /** The adapter of these parameters. */
  Adapter over(NDManager manager, ModuleShape module, Map<String, NDArray> w) {
    return switch (this) {
      case LOW_RANK -> new LowRank(module.whole().form(), w.get("A"), w.get("B"), SCALE, 0);
      case LINEAR, LINEAR_WITH_BIAS ->
          new LinearAdapter(module.whole().form(), w.get("W"), w.get("b"));
      case OWN -> new OwnAdapter(manager, KIND, module.whole(), w);
      default -> new Mlp(module.pixel().orElseThrow().form(), w, activation);
    };
  }
}
