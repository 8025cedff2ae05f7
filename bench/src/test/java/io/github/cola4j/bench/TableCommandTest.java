package io.github.cola4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Summaries as a README has them. */
class TableCommandTest {
  private static final String SUMMARY =
      """
      {"side":"a","pair":1,"ms":1500}
      {"summary":"%s","pairs":3,"date":"%s","machine":{"cpu":"%s","cores":2,"memory_gb":8.0,"system":"Linux"},\
      "versions":{"java":"17.0.1","a":{"method":"cola","torch":"2.7.1"},"b":{"method":"peft-lora","torch":"2.13","peft":"0.21"}},\
      "comparisons":[{"kind":"ratio","key_a":"ms","key_b":"ms","a":[1500,1000,1200],"b":[2000,2000,2000],\
      "at_most":%s,"at_least":null},{"kind":"value","key_a":"gc_share","key_b":"gc_share","a":[0.0012345,0,0.002],"b":[]}]}
      """;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int table(Path... files) {
    String[] args = new String[files.length + 1];
    args[0] = "table";
    for (int i = 0; i < files.length; i++) {
      args[i + 1] = files[i].toString();
    }
    return Bench.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void eachMachineHasATable() throws Exception {
    int exit =
        table(
            file("1", SUMMARY.formatted("GPT-2", "2026-11-22", "one", "0.61")),
            file("2", SUMMARY.formatted("Llama", "2026-11-23", "one", "0.5")),
            file("3", SUMMARY.formatted("RoBERTa", "2026-11-22", "two", "null")));
    assertEquals(0, exit, err.toString());
    assertEquals(
        """
        one, 2 cores, 8 GB, Linux; 2026-11-22, 2026-11-23. Java 17.0.1; cola with torch 2.7.1; peft-lora with torch 2.13, peft 0.21.

        | measured | | a (median) | b (median) | pairs | came to (least to most) | aim | reached |
        |---|---|---:|---:|---:|---|---|---|
        | GPT-2 | `ms`, a / b | 1,200 | 2,000 | 3 | **0.6** (0.5 to 0.75) | ≤ 0.61 | yes |
        |  | `gc_share`, a | 0.001234 |  | 3 | **0.001234** (0 to 0.002) |  |  |
        | Llama | `ms`, a / b | 1,200 | 2,000 | 3 | **0.6** (0.5 to 0.75) | ≤ 0.5 | **no** |
        |  | `gc_share`, a | 0.001234 |  | 3 | **0.001234** (0 to 0.002) |  |  |

        two, 2 cores, 8 GB, Linux; 2026-11-22. Java 17.0.1; cola with torch 2.7.1; peft-lora with torch 2.13, peft 0.21.

        | measured | | a (median) | b (median) | pairs | came to (least to most) | aim | reached |
        |---|---|---:|---:|---:|---|---|---|
        | RoBERTa | `ms`, a / b | 1,200 | 2,000 | 3 | **0.6** (0.5 to 0.75) |  |  |
        |  | `gc_share`, a | 0.001234 |  | 3 | **0.001234** (0 to 0.002) |  |  |
        """,
        out.toString().replace(System.lineSeparator(), "\n"));
  }

  @Test
  void whatIsNoResultIsRefusedByName() throws Exception {
    Path missing = folder.resolve("missing.jsonl");
    assertEquals(1, table(missing));
    assertTrue(err.toString().contains(missing + " cannot be read"), err.toString());
    assertEquals(1, table(file("prose", "{}\nnot a number\n")));
    assertTrue(err.toString().contains("prose, line 2 is no JSON"), err.toString());
    assertEquals(1, table(file("broken-off", "{\"side\":\"a\",\"ms\":1}\n")));
    assertTrue(err.toString().contains("broken-off has no summary"), err.toString());
  }
}
