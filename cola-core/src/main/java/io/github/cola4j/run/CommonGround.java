package io.github.cola4j.run;

import io.github.cola4j.spec.RunSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

  private CommonGround() {}

  /**
   * What stands against it.
   *
   * @return a line each, say {@code data.max_length: 128, and 64}; empty if they can be compared
   * @throws io.github.cola4j.data.DataException if the data cannot be read
   */
  public static List<String> differences(RunSpec one, RunSpec other) {
    List<String> differences = new ArrayList<>();
    Map<String, String> values = one.influences();
    Map<String, String> otherValues = other.influences();
    Set<String> named = new LinkedHashSet<>(otherValues.keySet());
    named.addAll(values.keySet());
    for (String key : named) {
      String value = values.getOrDefault(key, "absent");
      String otherValue = otherValues.getOrDefault(key, "absent");
      if (!value.equals(otherValue)
          && COMMON.matcher(key).matches()
          && !FILES.matcher(key).matches()) {
        differences.add("%s: %s, and %s".formatted(key, value, otherValue));
      }
    }
    Map<String, String> contents = Inputs.ofData(one);
    Map<String, String> others = Inputs.ofData(other);
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
}
