package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;

/**
 * Stochastic gradient descent with momentum, equal to {@code torch.optim.SGD}: weight decay is
 * added to the gradient.
 *
 * @param momentum 0 for none
 * @param dampening of the gradient that enters the momentum; must be 0 with Nesterov's
 * @param nesterov whether the momentum looks ahead
 * @param weightDecay times the weight is added to the gradient
 */
public record Sgd(double momentum, double dampening, boolean nesterov, double weightDecay)
    implements Rule {
  private static final String BUFFER = "momentum_buffer";

  @Override
  public void change(NDArray parameter, String name, NDArray gradient, Step step) {
    boolean first = momentum != 0 && !step.moments().contains(name, BUFFER);
    NDArray buffer = momentum == 0 ? gradient : step.moments().of(name, BUFFER, gradient);
    double[] settings = {
      step.learningRate(), momentum, dampening, nesterov ? 1 : 0, weightDecay, first ? 1 : 0
    };
    step.script().call("sgd", gradient, parameter, buffer, step.scratch().create(settings));
  }
}
