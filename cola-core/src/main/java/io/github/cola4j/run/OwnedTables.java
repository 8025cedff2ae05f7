package io.github.cola4j.run;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.data.CausalRows;
import io.github.cola4j.data.DataException;
import io.github.cola4j.data.Table;
import io.github.cola4j.data.TableReader;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SplitSpec;
import io.github.cola4j.spec.UserSpec;
import io.github.cola4j.spec.UsersSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The files of a spec with the owners of their rows, before they are encoded.
 *
 * @param users the users' names, in the order of their numbers; one without a name where there are
 *     no users
 */
record OwnedTables(List<String> users, List<Part> train, List<Part> validation) {

  /**
   * A file.
   *
   * @param table its rows; empty for a file of plain text
   * @param owners the user of each row; of plain text the user of all [1]
   */
  record Part(SplitSpec split, Optional<Table> table, int[] owners) {}

  /**
   * Reads the files of texts.
   *
   * @throws DataException where a row's owner cannot be told, or a user has no rows
   */
  static OwnedTables read(RunSpec spec) {
    if (spec.users().isEmpty()) {
      return new OwnedTables(
          List.of(""),
          List.of(whole(spec.data().train(), 0)),
          spec.data().validation().map(split -> whole(split, 0)).stream().toList());
    }
    return new Owned(spec.users().get()).read(spec);
  }

  /** A file that is one user's, or nobody's. */
  private static Part whole(SplitSpec split, int user) {
    if (!CausalRows.hasTable(split)) {
      return new Part(split, Optional.empty(), new int[] {user});
    }
    Table table = TableReader.read(split);
    return new Part(split, Optional.of(table), OwnedRows.all(table.rows().size(), user));
  }

  /** Files of several users. */
  private record Owned(UsersSpec users) {

    OwnedTables read(RunSpec spec) {
      SplitSpec shared = spec.data().train();
      Optional<Table> table =
          users.column().filter(column -> shared.file().isPresent()).isPresent()
              ? Optional.of(TableReader.read(shared, users.column()))
              : Optional.empty();
      List<String> names =
          users.list().isEmpty()
              ? found(table.orElseThrow())
              : users.list().stream().map(UserSpec::name).toList();
      Map<String, Integer> numbers = new HashMap<>();
      names.forEach(name -> numbers.put(name, numbers.size()));

      List<Part> train = new ArrayList<>();
      table.ifPresent(rows -> owned(shared, rows, numbers).ifPresent(train::add));
      List<Part> validation = new ArrayList<>();
      for (UserSpec user : users.list()) {
        int number = numbers.get(user.name());
        user.train().ifPresent(split -> train.add(whole(split, number)));
        user.validation().ifPresent(split -> validation.add(whole(split, number)));
      }
      spec.data().validation().ifPresent(split -> validation.add(validation(split, numbers)));
      requireRows(names, train, table);
      return new OwnedTables(names, train, validation);
    }

    /** The rows of the users, without those of others; nothing if there are none. */
    private Optional<Part> owned(SplitSpec split, Table table, Map<String, Integer> numbers) {
      List<String> owners = table.column(users.column().orElseThrow());
      int[] own = owners.stream().filter(numbers::containsKey).mapToInt(numbers::get).toArray();
      if (own.length == 0) {
        return Optional.empty();
      }
      Table kept =
          own.length == owners.size()
              ? table
              : table.only(row -> numbers.containsKey(owners.get(row)));
      return Optional.of(new Part(split, Optional.of(kept), own));
    }

    private Part validation(SplitSpec split, Map<String, Integer> numbers) {
      boolean told =
          CausalRows.hasTable(split)
              && users.column().filter(column -> TableReader.has(split, column)).isPresent();
      if (!told) {
        return whole(split, OwnedRows.NOBODY);
      }
      Table table = TableReader.read(split, users.column());
      List<String> owners = table.column(users.column().get());
      if (users.list().isEmpty()) {
        if (users.mode() == UsersSpec.Mode.ALONE) {
          requireLearners(table, owners, numbers.keySet());
        }
        // One model for all: those who have nothing to learn are asked about too.
        return new Part(
            split,
            Optional.of(table),
            owners.stream()
                .mapToInt(name -> numbers.getOrDefault(name, OwnedRows.NOBODY))
                .toArray());
      }
      return owned(split, table, numbers)
          .orElseThrow(
              () ->
                  new DataException(
                      table.file(),
                      0,
                      "has no row of a user who learns",
                      "Correct the column '" + users.column().get() + "'"));
    }

    /** Alone, whoever learns nothing has no model that their rows could be measured with. */
    private void requireLearners(Table validation, List<String> owners, Set<String> learners) {
      for (int row = 0; row < owners.size(); row++) {
        String owner = owners.get(row);
        if (!learners.contains(owner)) {
          throw validation.problem(
              row,
              "the owner '" + owner + "' has no row in data.train to learn from",
              "Correct the column '%s', raise the limit of data.train if there is one, or name those who learn in users.list: rows of others are left out then"
                  .formatted(users.column().orElseThrow()));
        }
      }
    }

    /** The users that a file names. */
    private List<String> found(Table table) {
      List<String> owners = table.column(users.column().orElseThrow());
      Map<String, String> known = new HashMap<>();
      for (int row = 0; row < owners.size(); row++) {
        String name = owners.get(row);
        if (!UserSpec.isName(name)) {
          throw table.problem(
              row, "'" + name + "' is no name of a user", "Write " + UserSpec.NAMES);
        }
        String other = known.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
        if (other != null && !other.equals(name)) {
          throw table.problem(
              row,
              "the owners '" + other + "' and '" + name + "' differ in case only",
              "Write them alike, or choose another name: users have folders");
        }
      }
      return List.copyOf(new TreeSet<>(owners));
    }

    private void requireRows(List<String> names, List<Part> train, Optional<Table> shared) {
      Set<Integer> owners =
          train.stream()
              .flatMapToInt(part -> IntStream.of(part.owners()))
              .boxed()
              .collect(Collectors.toSet());
      for (int user = 0; user < names.size(); user++) {
        if (!owners.contains(user)) {
          Table table = shared.orElseThrow(); // whoever is not in it has a file, which has rows
          throw new DataException(
              table.file(),
              0,
              "no row that was read belongs to the user '" + names.get(user) + "'",
              advice(names.get(user), table.column(users.column().orElseThrow())));
        }
      }
    }

    private String advice(String user, List<String> owners) {
      return NearMiss.of(user, owners).stream()
          .filter(near -> users.list().stream().noneMatch(other -> other.name().equals(near)))
          .findFirst()
          .map(near -> "Did you mean '" + near + "'?")
          .orElse(
              "Correct the column '%s', raise the limit if there is one, or take the user out of users.list"
                  .formatted(users.column().orElseThrow()));
    }
  }
}
