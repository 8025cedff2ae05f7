package io.github.cola4j.run;

import io.github.cola4j.optim.Schedule;
import io.github.cola4j.spec.AdapterSpec;

/**
 * One who learns: a user with adapters of their own, or all together. Steps and schedule are the
 * learner's own: whoever has no rows in a fit takes no step.
 *
 * @param number under which sites hold the adapters
 * @param name of the user; empty where all learn together
 * @param asked what the adapters are
 * @param rate the learning rate before the schedule
 * @param schedule over the learner's own fits
 */
record Learner(int number, String name, AdapterSpec asked, double rate, Schedule schedule) {

  /** Where the learner's part of a checkpoint is, in front of its names. */
  String prefix() {
    return name.isEmpty() ? "" : "users/" + name + "/";
  }

  /** The learning rate of the fit that follows after so many. */
  double learningRate(long fits) {
    return rate * schedule.factor(fits);
  }
}
