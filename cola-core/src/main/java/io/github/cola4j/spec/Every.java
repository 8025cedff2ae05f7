package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Scalar;
import java.util.List;

/** How often something is done in training. */
public sealed interface Every {
  /**
   * Whether it is due.
   *
   * @param step how many steps are done, at least 1
   * @param epochEnds whether this step ended an epoch
   */
  boolean due(long step, boolean epochEnds);

  /** {@code epoch}: after each epoch. */
  record Epoch() implements Every {
    @Override
    public boolean due(long step, boolean epochEnds) {
      return epochEnds;
    }
  }

  /**
   * A whole number: after each so many steps, counted through all epochs.
   *
   * @param count at least 1
   */
  record Steps(int count) implements Every {
    @Override
    public boolean due(long step, boolean epochEnds) {
      return step % count == 0;
    }
  }

  /** {@code never}. */
  record Never() implements Every {
    @Override
    public boolean due(long step, boolean epochEnds) {
      return false;
    }
  }

  /** {@code epoch} or a number of steps. */
  Type<Every> ALWAYS = type(false);

  /** The same, or {@code never}. */
  Type<Every> OR_NEVER = type(true);

  private static Type<Every> type(boolean orNever) {
    String expected =
        "epoch, " + (orNever ? "never, " : "") + "or a whole number of steps, at least 1";
    return new Type<>(
        node -> {
          if (node instanceof Scalar scalar && scalar.kind() == Kind.TEXT) {
            if (scalar.text().equals("epoch")) {
              return new Epoch();
            }
            if (orNever && scalar.text().equals("never")) {
              return new Never();
            }
          }
          try {
            return new Steps(Type.whole(Range.atLeast(1)).reader().read(node));
          } catch (Unfit e) {
            throw Unfit.expected(expected, node);
          }
        },
        every ->
            every instanceof Steps steps
                ? Scalar.of(steps.count())
                : Scalar.of(every instanceof Epoch ? "epoch" : "never"),
        Form.either(
            Form.choice(orNever ? List.of("epoch", "never") : List.of("epoch")),
            Form.whole(Range.atLeast(1))));
  }
}
