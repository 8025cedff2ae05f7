package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Items;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code training.optimizer}: the rule of the adapters' steps, as PyTorch defines it.
 * Which one is said by {@code name}: {@code adamw} (the default) or {@code sgd}. The defaults are
 * those of the paper's code.
 */
public sealed interface OptimizerSpec {
  /**
   * {@code lr}: the learning rate, before the schedule; transformers' {@code learning_rate};
   * default 3e-4 for {@code adamw}, 0.03 for {@code sgd}.
   */
  double lr();

  /**
   * {@code weight_decay}: what part of the weights a step takes away, times the learning rate;
   * PyTorch's and transformers' word; default 5e-4.
   */
  double weightDecay();

  /**
   * {@code name: adamw}: Adam with weight decay apart from the gradient.
   *
   * @param beta1 {@code betas}, the first: how much of the mean gradient is kept; default 0.9
   * @param beta2 {@code betas}, the second: how much of the mean squared gradient is kept; default
   *     0.999
   * @param eps {@code eps}: added to the root of the mean squared gradient; default 1e-8
   */
  record AdamW(double lr, double beta1, double beta2, double eps, double weightDecay)
      implements OptimizerSpec {
    private static AdamW read(Section optimizer) {
      double lr = rate(optimizer, 3e-4);
      double weightDecay = decay(optimizer);
      Betas betas = optimizer.value("betas", Betas.TYPE, new Betas(0.9, 0.999));
      double eps = optimizer.value("eps", Type.number(Range.above(0)), 1e-8);
      return new AdamW(lr, betas.first, betas.second, eps, weightDecay);
    }
  }

  /**
   * {@code name: sgd}: stochastic gradient descent.
   *
   * @param momentum {@code momentum}: how much of the last step is kept; default 0.9
   * @param dampening {@code dampening}: how much less of the gradient enters the momentum; default
   *     0
   * @param nesterov {@code nesterov}: Nesterov's momentum; by default true where it can be: with
   *     momentum, and no dampening
   */
  record Sgd(double lr, double momentum, double dampening, boolean nesterov, double weightDecay)
      implements OptimizerSpec {
    private static Sgd read(Section optimizer) {
      double lr = rate(optimizer, 0.03);
      double momentum = optimizer.value("momentum", Type.number(Range.below(0, 1)), 0.9);
      double dampening = optimizer.value("dampening", Type.number(Range.below(0, 1)), 0.0);
      boolean possible = momentum > 0 && dampening == 0;
      boolean nesterov = optimizer.value("nesterov", Type.flag(), possible);
      if (nesterov && !possible) {
        optimizer.problem(
            "nesterov",
            momentum > 0 ? "cannot stand beside dampening" : "needs momentum",
            momentum > 0 ? "remove dampening, or write false" : "give momentum, or write false");
      }
      return new Sgd(lr, momentum, dampening, nesterov, decay(optimizer));
    }
  }

  /** The words for the optimizers. */
  enum Name {
    ADAMW,
    SGD
  }

  static OptimizerSpec read(Section optimizer) {
    return switch (optimizer.variant("name", Type.choice(Name.class), Name.ADAMW)) {
      case ADAMW -> AdamW.read(optimizer);
      case SGD -> Sgd.read(optimizer);
    };
  }

  private static double rate(Section optimizer, double byDefault) {
    return optimizer.value("lr", Type.number(Range.above(0)), byDefault);
  }

  private static double decay(Section optimizer) {
    return optimizer.value("weight_decay", Type.number(Range.atLeast(0)), 5e-4);
  }

  /** The value of {@code betas}, a list of two numbers. */
  record Betas(double first, double second) {
    private static final Type<Betas> TYPE =
        new Type<>(
            node -> {
              if (!(node instanceof Items items) || items.nodes().size() != 2) {
                throw Unfit.expected("a list of two numbers: [0.9, 0.999]", node);
              }
              Type<Double> beta = Type.number(Range.below(0, 1));
              return new Betas(
                  beta.reader().read(items.nodes().get(0)),
                  beta.reader().read(items.nodes().get(1)));
            },
            betas ->
                new Items(
                    Node.Place.NOWHERE,
                    List.of(Node.Scalar.of(betas.first), Node.Scalar.of(betas.second))),
            Form.list(Form.number(Range.below(0, 1)), 2, Optional.of(2)));
  }
}
