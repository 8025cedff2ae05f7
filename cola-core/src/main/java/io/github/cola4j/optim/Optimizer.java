package io.github.cola4j.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Script;
import io.github.cola4j.tensor.Torch;
import java.util.Map;

/**
 * Changes parameters in place by their gradients and a {@link Rule}. Its state is kept per
 * parameter, by name, and can be saved.
 */
public final class Optimizer implements AutoCloseable {
  /** Loaded once and for as long as the process lives: it holds nothing but its text. */
  private static final Script SCRIPT =
      Script.load(Torch.newManager(Device.cpu()), Optimizer.class, "optimizers.py");

  private final Rule rule;
  private final Moments moments;
  private long steps;

  /**
   * @param manager whose device the state lives on
   */
  public Optimizer(NDManager manager, Rule rule) {
    this.rule = rule;
    this.moments = new Moments(manager);
  }

  /**
   * One step on every parameter that has a gradient.
   *
   * @param scratch owner of what is made on the way
   * @param parameters by name
   * @param gradients by the same names, of the same shapes
   * @param learningRate of this step
   */
  public void step(
      NDManager scratch,
      Map<String, NDArray> parameters,
      Map<String, NDArray> gradients,
      double learningRate) {
    steps++;
    Rule.Step step = new Rule.Step(SCRIPT, moments, scratch, steps, learningRate);
    gradients.forEach((name, gradient) -> rule.change(parameters.get(name), name, gradient, step));
  }

  /** How many steps were taken. */
  public long steps() {
    return steps;
  }

  /**
   * All tensors of the state, as {@code <parameter>.<what>}: with {@link #steps} it is all that a
   * later {@link #restore} needs.
   */
  public Map<String, NDArray> state() {
    return moments.all();
  }

  /**
   * Goes back to a saved state.
   *
   * @param steps as {@link #steps} told
   * @param state as {@link #state} told; the values are copied
   */
  public void restore(long steps, Map<String, NDArray> state) {
    this.steps = steps;
    moments.restore(state);
  }

  /** Frees the state. */
  @Override
  public void close() {
    moments.close();
  }
}
