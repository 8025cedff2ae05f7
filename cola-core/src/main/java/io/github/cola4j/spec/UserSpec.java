package io.github.cola4j.spec;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One user, a section of {@code users.list} by the user's name.
 *
 * @param name what the column says where a row is the user's, and what the folder of the user's
 *     adapter is called
 * @param adapter {@code adapter}: what is fitted for the user. It takes what it does not say from
 *     the section {@code adapter} at the top: everything if the kind is the same, else which
 *     modules are sites. With {@code mode: joint}, that section's
 * @param train {@code train}: rows to learn from, in a file of the user's own, whose columns and
 *     format are those of {@code data.train} unless it says otherwise; none by default
 * @param validation {@code validation}: the same for rows that the user's model is measured on; it
 *     takes after the user's {@code train}. All users have it, or none
 * @param joins {@code joins}: the first epoch that the user takes part in, counted from 1; default
 *     1
 * @param leaves {@code leaves}: the first epoch, after {@code joins}, that the user does not take
 *     part in any more; none by default: the user stays
 */
public record UserSpec(
    String name,
    AdapterSpec adapter,
    Optional<SplitSpec> train,
    Optional<SplitSpec> validation,
    int joins,
    Optional<Integer> leaves) {
  /** What {@link #isName} takes, in words. */
  public static final String NAMES =
      "letters from a to z, digits, _, - and . (not as first or last), 100 at most";

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-]([A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?");
  // Windows opens the device, whatever the extension.
  private static final Pattern DEVICE =
      Pattern.compile("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");

  /** Whether a user may be called so: a name that is a folder's on every system. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches() && !DEVICE.matcher(name).matches();
  }

  /** Whether the user takes part in an epoch, counted from 1. */
  public boolean takesPartIn(int epoch) {
    return joins <= epoch && leaves.map(end -> epoch < end).orElse(true);
  }

  /** The full name of the user's section in the spec, for {@link RunSpec#problem}. */
  public String key() {
    return Node.fullName(ShortForms.USERS, name);
  }

  /**
   * What users take after.
   *
   * @param rows how their files are written
   * @param adapter their adapter, and its section
   * @param epochs of the training
   */
  record Common(Task task, SplitSpec rows, AdapterSpec adapter, Section adapterKeys, int epochs) {}

  static UserSpec read(Section user, String name, UsersSpec.Mode mode, Common common) {
    user.refuse("name", "the name is the key of the section", "remove it");
    AdapterSpec adapter = mode == UsersSpec.Mode.JOINT ? common.adapter : adapter(user, common);
    Optional<SplitSpec> train =
        user.optionalSection("train", "file", "data.train")
            .map(split -> SplitSpec.read(split, common.task, common.rows));
    Optional<SplitSpec> validation =
        user.optionalSection("validation", "file", "data.validation")
            .map(split -> SplitSpec.read(split, common.task, train.orElse(common.rows)));
    if (mode == UsersSpec.Mode.JOINT) {
      for (String key : new String[] {"adapter", "joins", "leaves"}) {
        user.refuse(
            key,
            "with mode: joint there is one adapter, of all users and all epochs",
            "remove it, or write mode: alone or collaboration");
      }
      return new UserSpec(name, adapter, train, validation, 1, Optional.empty());
    }
    int joins = user.value("joins", Type.whole(Range.atLeast(1)), 1);
    Optional<Integer> leaves = user.optional("leaves", Type.whole(Range.atLeast(2)));
    if (joins > common.epochs) {
      user.problem(
          "joins",
          "epoch " + joins + " comes after the last one, " + common.epochs,
          "write an epoch that there is, or more training.epochs");
    } else if (leaves.isPresent() && leaves.get() <= joins) {
      user.problem(
          "leaves",
          "epoch " + leaves.get() + " is not after epoch " + joins + ", in which the user joins",
          "write the first epoch without the user");
    }
    return new UserSpec(name, adapter, train, validation, joins, leaves);
  }

  private static AdapterSpec adapter(Section user, Common common) {
    Section keys = user.section("adapter", "kind", "adapter");
    AdapterSpec adapter = AdapterSpec.read(keys, common.adapter);
    if (!keys.gives("kind")) {
      keys.undecidedLike(common.adapterKeys);
    }
    return adapter;
  }
}
