package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Script;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum, equal to {@code torch.optim.SGD}: weight decay is
 * added to the gradient.
 */
public final class Sgd implements Optimizer {
  private final double momentum;
  private final double dampening;
  private final boolean nesterov;
  private final double weightDecay;
  private final Script script;
  private final Moments moments;
  private long steps;

  /**
   * @param manager whose device the state lives on
   * @param momentum 0 for none
   * @param dampening of the gradient that enters the momentum; must be 0 with Nesterov's
   * @param nesterov whether the momentum looks ahead
   * @param weightDecay times the weight is added to the gradient
   */
  public Sgd(
      NDManager manager, double momentum, double dampening, boolean nesterov, double weightDecay) {
    this.momentum = momentum;
    this.dampening = dampening;
    this.nesterov = nesterov;
    this.weightDecay = weightDecay;
    script = Script.load(manager, Sgd.class, "optimizers.py");
    moments = new Moments(manager);
  }

  @Override
  public void step(
      NDManager scratch,
      Map<String, NDArray> parameters,
      Map<String, NDArray> gradients,
      double learningRate) {
    steps++;
    gradients.forEach(
        (name, gradient) -> {
          boolean first = momentum != 0 && !moments.contains(name, "momentum_buffer");
          NDArray buffer = momentum == 0 ? gradient : moments.of(name, "momentum_buffer", gradient);
          double[] settings = {
            learningRate, momentum, dampening, nesterov ? 1 : 0, weightDecay, first ? 1 : 0
          };
          script.call("sgd", gradient, parameters.get(name), buffer, scratch.create(settings));
        });
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public Map<String, NDArray> state() {
    return moments.all();
  }

  @Override
  public void restore(long steps, Map<String, NDArray> state) {
    this.steps = steps;
    moments.restore(state);
  }

  @Override
  public void close() {
    script.close();
    moments.close();
  }
}
