package io.github.cola4j.spec;

import java.util.Optional;

/**
 * The section {@code gradient_learning}: how adapters are fitted to hidden gradients.
 *
 * @param merged {@code merged}: whether the adapters are added to the base's weights during
 *     training, so that the server pass costs what the bare base costs; default false
 * @param interval {@code interval}: the adaptation data of so many batches is gathered for one fit;
 *     the gradients are divided by the loss items of the whole interval, so this is what
 *     transformers calls {@code gradient_accumulation_steps}; default 1
 * @param fitSteps {@code fit_steps}: so many steps of the optimizer are taken on the same
 *     adaptation data in one fit; default 1, which is what back-propagation does
 */
public record GradientLearningSpec(boolean merged, int interval, int fitSteps) {
  static GradientLearningSpec read(Section section) {
    return new GradientLearningSpec(
        section.value("merged", Type.flag(), false),
        section.value("interval", Type.whole(Range.atLeast(1)), 1),
        section.value("fit_steps", Type.whole(Range.atLeast(1)), 1));
  }

  /** Notes what stands against merging, if that is asked for. */
  void requireMergeable(Section section, AdapterSpec adapter, Optional<UsersSpec> users) {
    if (!merged) {
      return;
    }
    if (users.filter(all -> all.mode() == UsersSpec.Mode.ALONE).isPresent()) {
      section.problem(
          "merged",
          "with users alone each row has adapters of its own, and the base's weights hold one for all",
          "write merged: false, or users.mode: collaboration");
    }
    boolean own =
        users
            .filter(all -> all.mode() != UsersSpec.Mode.JOINT && !all.list().isEmpty())
            .isPresent();
    if (own) {
      users.get().list().forEach(user -> requireMergeable(section, user.name(), user.adapter()));
    } else {
      requireMergeable(section, "", adapter);
    }
  }

  private static void requireMergeable(Section section, String user, AdapterSpec adapter) {
    String whose = user.isEmpty() ? "" : " of " + user;
    if (adapter instanceof AdapterSpec.Mlp) {
      section.problem(
          "merged",
          "the mlp adapter" + whose + " is not linear in its input, so weights cannot hold it",
          "write merged: false, or take kind: low-rank or linear");
    }
    if (adapter instanceof AdapterSpec.LowRank lowRank && lowRank.loraDropout() > 0) {
      section.problem(
          "merged",
          "lora_dropout" + whose + " drops out inputs of the adapter, which merged weights cannot",
          "write merged: false, or lora_dropout: 0");
    }
  }
}
