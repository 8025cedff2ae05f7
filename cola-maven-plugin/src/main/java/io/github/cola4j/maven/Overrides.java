package io.github.cola4j.maven;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.plugin.MojoFailureException;

/** Values that replace those of a spec, as they stand in a POM and on the command line. */
final class Overrides {
  private static final Pattern PAIR =
      Pattern.compile("\\s*([A-Za-z_][\\w.]*)\\s*=(.*)", Pattern.DOTALL);

  /** A comma separates pairs where a key and = follow; others belong to a value: [query, key]. */
  private static final Pattern SEPARATOR = Pattern.compile(",(?=\\s*[A-Za-z_][\\w.]*\\s*=)");

  private Overrides() {}

  /**
   * Both together; the command line wins.
   *
   * @param pom keys and values, null for none
   * @param commandLine pairs {@code key=value} with commas between them, null for none
   */
  static Map<String, String> of(Map<String, String> pom, String commandLine)
      throws MojoFailureException {
    Map<String, String> all = new LinkedHashMap<>();
    if (pom != null) {
      // An empty element is null to Maven; to a spec it takes the key away.
      pom.forEach((key, value) -> all.put(key, value == null ? "" : value));
    }
    all.putAll(
        pairs(PropertyNames.OVERRIDES, commandLine, "training.seed=7,training.optimizer.lr=1e-3"));
    return all;
  }

  /**
   * What a property says as pairs with commas between them.
   *
   * @param property its name, for the failure
   * @param commandLine null for none
   * @param example for the failure
   */
  static Map<String, String> pairs(String property, String commandLine, String example)
      throws MojoFailureException {
    Map<String, String> all = new LinkedHashMap<>();
    if (commandLine != null && !commandLine.isBlank()) {
      for (String text : SEPARATOR.split(commandLine)) {
        Matcher pair = PAIR.matcher(text);
        if (!pair.matches()) {
          throw new MojoFailureException(
              Advice.perhaps(
                  "\"%s\" in %s is no key=value".formatted(text.strip(), property),
                  "write " + PropertyNames.option(property, example)));
        }
        all.put(pair.group(1), pair.group(2).strip());
      }
    }
    return all;
  }
}
