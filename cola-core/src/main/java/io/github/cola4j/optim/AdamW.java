package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), equal to {@code
 * torch.optim.AdamW}.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the mean square, in [0, 1)
 * @param epsilon added to the root of the mean square
 * @param weightDecay times the learning rate is taken off each weight
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements Rule {
  @Override
  public void change(NDArray parameter, String name, NDArray gradient, Step step) {
    double[] settings = {step.learningRate(), beta1, beta2, epsilon, weightDecay, step.number()};
    step.script()
        .call(
            "adamw",
            gradient,
            parameter,
            step.moments().of(name, "exp_avg", gradient),
            step.moments().of(name, "exp_avg_sq", gradient),
            step.scratch().create(settings));
  }
}
