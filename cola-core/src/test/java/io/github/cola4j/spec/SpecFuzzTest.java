package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.fuzz.FuzzRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a spec, a user gets a run or an explanation, nothing else. */
class SpecFuzzTest {
  private static final String[] PIECES = {
    ":",
    " ",
    "\n",
    "\t",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "#",
    "&a ",
    "*a",
    "!!int ",
    "|",
    ">",
    "%",
    "@",
    "---\n",
    "...",
    "? ",
    "<<: ",
    "null",
    "~",
    "true",
    "0",
    "-1",
    "1e999999999",
    ".nan",
    ".inf",
    "0x1F",
    "1_0",
    "9999999999999999999",
    "\u0000",
    "\uFEFF",
    "\u2028",
    "é",
    "😀",
    "\\",
    "//",
    "..",
    "C:\\x",
    "\"\\ud800\"",
    "\"\\0\"",
    "mvn:a:b:c",
    "kind: mlp",
    "kind: a.B",
    "task: image-classification",
    "base: cnn",
    "mode: joint",
    "name: ann",
    "[ann, {name: bob}]",
    "joins: 2",
    "all-linear",
    "pictures",
    "r: 8",
    "task: causal-lm",
    "task: sequence-to-sequence",
    "text: a",
    "messages: m",
    "format: text",
    "{prompt}",
    "(?<",
    "a{1000000}"
  };

  private static final List<String> SPECS =
      List.of(
          RunSpecTest.MOST,
          RunSpecTest.REGRESSION,
          RunSpecTest.CAUSAL,
          RunSpecTest.TO_SEQUENCE,
          AdapterSpecTest.OWN,
          AdapterSpecTest.DROPOUT,
          ImageSpecTest.IDX,
          UsersSpecTest.COLUMN,
          UsersSpecTest.FILES,
          UsersSpecTest.PICTURES);

  @TempDir Path root;

  @Test
  void aMutatedSpecIsReadOrExplained() {
    SpecFolder user = SpecFolder.in(root);
    Random random = new Random(FuzzRun.seed());
    int read = 0;
    int explained = 0;
    for (int i = 0; i < FuzzRun.tries(); i++) {
      String yaml = SPECS.get(i % SPECS.size());
      for (int times = 1 + random.nextInt(4); times > 0; times--) {
        yaml = mutated(yaml, random);
      }
      try {
        RunSpec spec = user.read(yaml);
        assertEquals(spec, user.read(spec.resolved()), yaml);
        read++;
      } catch (SpecException e) {
        assertFalse(e.problems().isEmpty());
        e.problems().forEach(problem -> assertFalse(problem.found().isBlank(), problem.toString()));
        explained++;
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("neither read nor explained, number " + i + ":\n" + yaml, e);
      }
    }
    FuzzRun.tell("spec", read + explained, read + " read, " + explained + " explained");
    assertTrue(read > 0 && explained > 0, read + " read, " + explained + " explained");
  }

  private static String mutated(String yaml, Random random) {
    int at = random.nextInt(yaml.length() + 1);
    int to = Math.min(yaml.length(), at + 1 + random.nextInt(6));
    String piece = PIECES[random.nextInt(PIECES.length)];
    List<String> lines = new ArrayList<>(yaml.lines().toList());
    switch (random.nextInt(6)) {
      case 0:
        return yaml.substring(0, at) + piece + yaml.substring(at);
      case 1:
        return yaml.substring(0, at) + piece + yaml.substring(to);
      case 2:
        return yaml.substring(0, at) + yaml.substring(to);
      case 3:
        if (lines.size() > 1) {
          lines.remove(random.nextInt(lines.size()));
        }
        break;
      case 4:
        if (!lines.isEmpty()) {
          lines.add(random.nextInt(lines.size()), lines.get(random.nextInt(lines.size())));
        }
        break;
      default:
        // another value for a key
        if (!lines.isEmpty()) {
          int line = random.nextInt(lines.size());
          lines.set(
              line,
              lines
                  .get(line)
                  .replaceFirst("(?<=: )\\S+$", java.util.regex.Matcher.quoteReplacement(piece)));
        }
    }
    return String.join("\n", lines) + "\n";
  }
}
