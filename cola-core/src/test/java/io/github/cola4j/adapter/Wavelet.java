package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * An adapter kind of one's own, as an example to copy: gated wavelets,
 *
 * <pre>  g(x) = (ψ(x·Aᵀ) ⊙ σ(x·Gᵀ))·Bᵀ,   ψ(t) = cos(5t)·exp(−t²/2) (Morlet)</pre>
 *
 * <p>A spec asks for it by its class: {@code adapter: {kind: io.github.cola4j.adapter.Wavelet,
 * options: {size: 8}}}.
 */
public final class Wavelet implements AdapterKind {
  private static final double FREQUENCY = 5;

  private final int size;

  /**
   * @param options {@code size}: how many wavelets; 8 if it is left out
   */
  public Wavelet(Map<String, String> options) {
    size = Integer.parseInt(options.getOrDefault("size", "8"));
  }

  /** A and G normal with variance 1/in; B zero, so that training begins at the base model. */
  @Override
  public Map<String, NDArray> initial(NDManager manager, long in, long out, Random random) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put("A", normal(manager, in, random));
    parameters.put("G", normal(manager, in, random));
    parameters.put("B", manager.zeros(new Shape(out, size), DataType.FLOAT32));
    return parameters;
  }

  private NDArray normal(NDManager manager, long in, Random random) {
    float[] values = new float[Math.toIntExact(size * in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(in));
    }
    return manager.create(values, new Shape(size, in));
  }

  @Override
  public NDArray evaluate(Map<String, NDArray> parameters, NDArray x) {
    NDArray t = x.matMul(parameters.get("A").transpose()); // [n, size]
    NDArray gate = ai.djl.nn.Activation.sigmoid(x.matMul(parameters.get("G").transpose()));
    NDArray wave = t.mul(FREQUENCY).cos().mul(t.square().mul(-0.5).exp());
    return wave.mul(gate).matMul(parameters.get("B").transpose()); // [n, out]
  }
}
