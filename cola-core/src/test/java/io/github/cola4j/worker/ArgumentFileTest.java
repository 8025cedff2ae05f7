package io.github.cola4j.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentFileTest {
  private static final List<String> VALUES =
      List.of(
          "plain",
          "",
          "two words",
          "C:\\new\\table",
          "say \"hi\"",
          "it's",
          "#no comment",
          "@file",
          "tab\tline\nend",
          "$HOME %PATH%",
          "back\\");

  @TempDir Path folder;

  /** Prints its system properties v0, v1, … into a file. */
  static final class Echo {
    private Echo() {}

    public static void main(String[] args) throws Exception {
      List<String> values =
          IntStream.range(0, VALUES.size()).mapToObj(i -> System.getProperty("v" + i)).toList();
      Files.writeString(Path.of(args[0]), String.join("|", values));
    }
  }

  @Test
  void theLauncherReadsBackWhatWasWritten() throws Exception {
    Path file = folder.resolve("arguments");
    ArgumentFile.write(
        file,
        IntStream.range(0, VALUES.size()).mapToObj(i -> "-Dv" + i + "=" + VALUES.get(i)).toList());
    Path result = folder.resolve("result");
    Process java =
        new ProcessBuilder(
                WorkerCommand.currentJava().toString(),
                "@" + file,
                "-cp",
                System.getProperty("java.class.path"),
                Echo.class.getName(),
                result.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(0, java.waitFor());
    assertEquals(String.join("|", VALUES), Files.readString(result));
  }
}
