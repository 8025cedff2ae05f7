package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Script;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), equal to {@code
 * torch.optim.AdamW}.
 */
public final class AdamW implements Optimizer {
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;
  private final Script script;
  private final Moments moments;
  private long steps;

  /**
   * @param manager whose device the state lives on
   * @param beta1 decay of the mean, in [0, 1)
   * @param beta2 decay of the mean square, in [0, 1)
   * @param epsilon added to the root of the mean square
   * @param weightDecay times the learning rate is taken off each weight
   */
  public AdamW(NDManager manager, double beta1, double beta2, double epsilon, double weightDecay) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    script = Script.load(manager, AdamW.class, "optimizers.py");
    moments = new Moments(manager);
  }

  @Override
  public void step(
      NDManager scratch,
      Map<String, NDArray> parameters,
      Map<String, NDArray> gradients,
      double learningRate) {
    steps++;
    double[] settings = {learningRate, beta1, beta2, epsilon, weightDecay, steps};
    gradients.forEach(
        (name, gradient) ->
            script.call(
                "adamw",
                gradient,
                parameters.get(name),
                moments.of(name, "exp_avg", gradient),
                moments.of(name, "exp_avg_sq", gradient),
                scratch.create(settings)));
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
