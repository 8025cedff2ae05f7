package io.github.cola4j.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The section {@code users}: who the rows belong to, and who learns from whom. Rows get their users
 * from a column of the files in {@code data}, or from files of the users' own, or both.
 *
 * @param mode {@code mode}: {@code joint}, {@code alone} or {@code collaboration}; required
 * @param column {@code column}: the column that says who owns a row; none by default. Validation
 *     without it is everybody's
 * @param lossNormalization {@code loss_normalization}: {@code batch} or {@code user}; default
 *     {@code batch}
 * @param list {@code list}: the users, by their names; in the file also a list of names, or of
 *     sections with a {@code name}. Empty by default: all that the column names, each with the
 *     adapter of the section {@code adapter}; otherwise only rows of these users are taken. Without
 *     it, validation rows of somebody who has none to learn from count in the metrics over all
 *     rows, and are refused with {@code mode: alone}, which has no model for them
 */
public record UsersSpec(
    Mode mode, Optional<String> column, LossNormalization lossNormalization, List<UserSpec> list) {
  /** Whose adapters a row passes through, and whose it trains; the paper's section on users. */
  public enum Mode {
    /** One adapter for the rows of all. */
    JOINT,
    /** A row passes through its own user's adapter, and trains that. */
    ALONE,
    /** Every row passes through the mean of all users' adapters, and trains its own user's. */
    COLLABORATION
  }

  /** What a row's loss is divided by. */
  public enum LossNormalization {
    /** The loss items, rows or labelled tokens, of the whole batch, as in the paper's code. */
    BATCH,
    /**
     * Those of the row's user only, so that nobody's step depends on how much others have, but for
     * the base's dropout, whose masks go by the place in the batch: {@code training.base_dropout:
     * false}.
     */
    USER
  }

  /**
   * Reads the section, if it is there.
   *
   * @param root the whole spec, whose {@code data} has been read
   */
  static Optional<UsersSpec> read(Section root, DataSpec data, UserSpec.Common common) {
    return root.optionalSection("users", "mode").map(users -> read(root, users, data, common));
  }

  private static UsersSpec read(
      Section root, Section users, DataSpec data, UserSpec.Common common) {
    Mode mode =
        users.required("mode", Type.choice(Mode.class), "mode: joint, alone or collaboration");
    UsersSpec read =
        new UsersSpec(
            mode,
            column(users, common.task(), data.train()),
            users.value(
                "loss_normalization",
                Type.choice(LossNormalization.class),
                LossNormalization.BATCH),
            users
                .optionalSection("list", "ann")
                .map(names -> list(names, mode, common))
                .orElse(List.of()));
    if (!users.damaged()) {
      read.requireRows(root, users, common.task(), data);
      read.requireValidation(root, users, data);
      read.requireSomebodyAlways(users, common.epochs());
    }
    return read;
  }

  private static List<UserSpec> list(Section names, Mode mode, UserSpec.Common common) {
    List<UserSpec> list = new ArrayList<>();
    Map<String, String> known = new HashMap<>();
    names
        .namedSections("adapter")
        .forEach(
            (name, user) -> {
              if (!UserSpec.isName(name)) {
                names.problem(name, "is no name of a user", "write " + UserSpec.NAMES);
              }
              String other = known.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
              if (other != null) {
                names.problem(
                    name,
                    "differs from \"" + other + "\" in case only",
                    "choose another: users have folders, and some systems take these for one");
              }
              list.add(UserSpec.read(user, name, mode, common));
            });
    return List.copyOf(list);
  }

  private static Optional<String> column(Section users, Task task, SplitSpec train) {
    Optional<String> column = users.optional("column", Type.name());
    if (column.isEmpty() || users.undecided()) {
      return column;
    }
    if (task == Task.IMAGE_CLASSIFICATION) {
      users.problem(
          "column", "pictures have no columns", "write train: for each user in users.list");
    } else if (!hasColumns(task, train)) {
      users.problem(
          "column",
          "a file of format: text has no columns",
          "write train: for each user in users.list, or name a .tsv, .csv or .jsonl file");
    } else if (train.columns().names().contains(column.get())) {
      users.problem(
          "column",
          "the task learns from the column \"" + column.get() + "\"",
          "name the column that says who owns a row");
    }
    return column;
  }

  /** Every row must be somebody's, and everybody must have rows. */
  private void requireRows(Section root, Section users, Task task, DataSpec data) {
    Section train = root.within("data", "train");
    boolean table = hasColumns(task, data.train());
    List<UserSpec> without = list.stream().filter(user -> user.train().isEmpty()).toList();
    if (table && users.gives("column")) {
      if (!train.gives("file")) {
        train.problem("file", "missing", "write " + SplitSpec.whatItIs(task));
      }
    } else if (without.size() == list.size()) {
      root.problem(
          "users",
          "whose rows are whose is not said",
          "write list: {ann: {train: {file: …}}}"
              + (table ? ", or column: and the column of the owners" : ""));
    } else {
      without.forEach(
          user ->
              users
                  .within("list", user.name())
                  .problem(
                      "train",
                      "missing",
                      "write the user's file" + (table ? ", or users.column" : "")));
      if (without.isEmpty() && train.gives("file") && !users.gives("column")) {
        train.problem(
            "file",
            "nobody owns its rows",
            (table ? "write users.column, which says who does, or " : "")
                + "remove it: each user has a file");
      } else if (!train.gives("file") && train.gives("limit")) {
        train.problem("limit", "there is no file to limit", "write it beside the users' files");
      }
    }
  }

  /** Users' validation files are those of all, and no other is there beside them. */
  private void requireValidation(Section root, Section users, DataSpec data) {
    List<UserSpec> without = list.stream().filter(user -> user.validation().isEmpty()).toList();
    if (without.size() == list.size()) {
      return;
    }
    without.forEach(
        user ->
            users
                .within("list", user.name())
                .problem("validation", "missing", "write it for every user, or for none"));
    if (data.validation().isPresent()) {
      root.within("data")
          .problem("validation", "cannot stand beside files of the users' own", "keep one");
    }
  }

  private static boolean hasColumns(Task task, SplitSpec train) {
    return task != Task.IMAGE_CLASSIFICATION
        && !train.format().equals(Optional.of(SplitSpec.Format.TEXT));
  }

  /** An epoch without users would have no rows. */
  private void requireSomebodyAlways(Section users, int epochs) {
    long epoch = 1;
    for (UserSpec user : list.stream().sorted(Comparator.comparing(UserSpec::joins)).toList()) {
      if (user.joins() > epoch) {
        break;
      }
      epoch = Math.max(epoch, user.leaves().map(Integer::longValue).orElse(Long.MAX_VALUE));
    }
    if (epoch <= epochs && !list.isEmpty()) {
      users.problem(
          "list", "nobody takes part in epoch " + epoch, "change joins or leaves of a user");
    }
  }

  /** Whether users have validation files of their own. */
  public boolean validates() {
    return list.stream().anyMatch(user -> user.validation().isPresent());
  }
}
