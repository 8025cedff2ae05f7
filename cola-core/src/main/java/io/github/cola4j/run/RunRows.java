package io.github.cola4j.run;

import io.github.cola4j.data.Batch;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a run, as the base sees them.
 *
 * @param users the users' names, in the order of their numbers; one without a name where there are
 *     no users
 * @param classes the names of the classes; empty where the task has none
 * @param train the rows to learn from
 * @param validation the rows to measure on, if there are
 */
record RunRows<B extends Batch>(
    List<String> users,
    List<String> classes,
    OwnedRows<B> train,
    Optional<OwnedRows<B>> validation) {

  /** The rows of a split, if there are. */
  Optional<OwnedRows<B>> of(Split split) {
    return split == Split.TRAIN ? Optional.of(train) : validation;
  }
}
