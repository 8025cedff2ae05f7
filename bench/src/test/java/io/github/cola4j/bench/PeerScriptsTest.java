package io.github.cola4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * The scripts of the peer take the flags of our commands; read as text, since they need PyTorch.
 */
class PeerScriptsTest {
  private static final Path SCRIPTS = Path.of("peer");
  private static final Pattern FLAG = Pattern.compile("add_argument\\(\"(--[a-z0-9-]+)\"");
  private static final Pattern KEY = Pattern.compile("\"([a-z_]+)\":");

  private static Set<String> matches(Pattern pattern, String script) throws IOException {
    Set<String> found = new TreeSet<>();
    pattern
        .matcher(Files.readString(SCRIPTS.resolve(script)))
        .results()
        .map(MatchResult::group)
        .map(match -> pattern.matcher(match).replaceFirst("$1"))
        .forEach(found::add);
    return found;
  }

  private static Set<String> flags(String command) {
    CommandLine line = Bench.commandLine().getSubcommands().get(command);
    Set<String> flags = new TreeSet<>(line.getCommandSpec().optionsMap().keySet());
    flags.removeIf(flag -> flag.equals("-h") || flag.equals("--help"));
    return flags;
  }

  /** Flags are equal, but for those that only one side can have. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          step | peft_step.py  | --adapter --floor --ignored --interval --merged --offload --offload-threads --sharing --staleness --users | -
          step | peft_users.py | --adapter --floor --ignored --interval --merged --offload --offload-threads --sharing --staleness         | --rows-each
          sst2 | peft_sst2.py  | --merged                                                                                         | -
          """)
  void flagsAreThoseOfOurCommand(String command, String script, String ours, String theirs)
      throws IOException {
    Set<String> expected = flags(command);
    for (String flag : ours.split(" ")) {
      assertTrue(expected.remove(flag), flag + " is no option of " + command);
    }
    if (theirs != null) {
      expected.add(theirs);
    }
    assertEquals(expected, matches(FLAG, script));
  }

  @Test
  void keysAreThoseThatOurLinesHave() throws IOException {
    assertTrue(keys("peft_step.py").containsAll(StepJobTest.SCRIPT_KEYS));
    assertTrue(keys("peft_users.py").containsAll(StepJobTest.SCRIPT_KEYS));
    assertTrue(keys("peft_users.py").containsAll(Set.of("users", "rows_each")));
    assertTrue(keys("peft_sst2.py").containsAll(Sst2JobTest.SCRIPT_KEYS));
  }

  /** With those of the part that all scripts share. */
  private static Set<String> keys(String script) throws IOException {
    Set<String> keys = matches(KEY, script);
    keys.addAll(matches(KEY, "models.py"));
    return keys;
  }
}
