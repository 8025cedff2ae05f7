package io.github.cola4j.run;

import io.github.cola4j.data.SplitDigest;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SplitSpec;
import io.github.cola4j.spec.UserSpec;
import io.github.cola4j.spec.UsersSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether runs of two specs can be compared: they learn the same task from the same rows, and are
 * measured alike. Base, adapters, training, and how users share a model may differ: that is what is
 * compared.
 */
public final class CommonGround {
  private static final String USERS_ROWS = "users\\.list\\..*\\.(train|validation)\\.";

  /** The keys that must have the same values. */
  private static final Pattern COMMON =
      Pattern.compile(
          "task|data\\..*|users\\.column|"
              + USERS_ROWS
              + ".*|evaluation\\.(metric|limit|generate)|generation\\..*");

  /** Of those, the ones that name files, of which only the contents count. */
  private static final Pattern FILES =
      Pattern.compile("(data\\.(train|validation)\\.|" + USERS_ROWS + ")(file|labels)");

  private static final Pattern DIFFERENCE =
      Pattern.compile("(?<key>.*?): was (?<one>.*), is (?<other>.*)", Pattern.DOTALL);

  private CommonGround() {}

  /**
   * What stands against it.
   *
   * @return a line each, say {@code data.max_length: 128, and 64}; empty if they can be compared
   * @throws io.github.cola4j.data.DataException if the data cannot be read
   */
  public static List<String> differences(RunSpec one, RunSpec other) {
    List<String> differences = new ArrayList<>();
    for (String line : other.differences(one)) {
      Matcher matcher = DIFFERENCE.matcher(line);
      if (matcher.matches()
          && COMMON.matcher(matcher.group("key")).matches()
          && !FILES.matcher(matcher.group("key")).matches()) {
        differences.add(
            "%s: %s, and %s"
                .formatted(matcher.group("key"), matcher.group("one"), matcher.group("other")));
      }
    }
    Map<String, String> contents = contents(one);
    Map<String, String> others = contents(other);
    Set<String> keys = new TreeSet<>(contents.keySet());
    keys.addAll(others.keySet());
    for (String key : keys) {
      if (!contents.getOrDefault(key, "").equals(others.getOrDefault(key, ""))) {
        differences.add(
            contents.containsKey(key) && others.containsKey(key)
                ? "the content of " + key
                : key + ": only one of them has it");
      }
    }
    return differences;
  }

  /** Digests of what is read, by the keys of the splits. */
  private static Map<String, String> contents(RunSpec spec) {
    Map<String, String> digests = new LinkedHashMap<>();
    put(digests, "data.train", Optional.of(spec.data().train()));
    put(digests, "data.validation", spec.data().validation());
    for (UserSpec user : spec.users().map(UsersSpec::list).orElse(List.of())) {
      put(digests, user.key() + ".train", user.train());
      put(digests, user.key() + ".validation", user.validation());
    }
    return digests;
  }

  private static void put(Map<String, String> digests, String key, Optional<SplitSpec> split) {
    split
        .filter(rows -> rows.file().isPresent())
        .ifPresent(rows -> digests.put(key, SplitDigest.of(rows)));
  }
}
