package io.github.cola4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.spec.Task;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is asked for on the command line, and what is refused there. */
class CommandLineTest {
  private static <T> T read(Class<T> command, String... args) {
    CommandLine.ParseResult parsed = Bench.commandLine().parseArgs(args);
    return command.cast(parsed.subcommand().commandSpec().userObject());
  }

  @Test
  void stepTakesTheFlagsOfTheScript() {
    StepSettings settings =
        read(
                StepCommand.class,
                "step --model llama-160m --method cola --batch 3 --seq 17 --rank 4 --steps 5 --warmup 1 --threads 2 --device cpu --dtype float32 --optimizer sgd --adapter linear --merged --ignored 0.25 --interval 3 --users 3 --sharing joint --offload cpu --staleness 1 --offload-threads 2"
                    .split(" "))
            .settings("here");
    assertEquals(
        new StepSettings(
            "cola-linear",
            "llama-160m",
            "here",
            Task.CAUSAL_LM,
            List.of("q_proj", "v_proj"),
            "linear",
            4,
            true,
            3,
            3,
            17,
            5,
            1,
            2,
            "cpu",
            "float32",
            "sgd",
            0.25,
            3,
            "joint",
            "cpu",
            1,
            2,
            false),
        settings);
  }

  @Test
  void stepHasTheDefaultsOfTheScript() {
    StepSettings settings = read(StepCommand.class, "step").settings("here");
    assertEquals(
        new StepSettings(
            "cola-low-rank",
            "gpt2",
            "here",
            Task.CAUSAL_LM,
            List.of("c_attn", "c_proj", "c_fc"),
            "low-rank",
            8,
            false,
            8,
            1,
            128,
            8,
            2,
            2,
            "cpu",
            "float32",
            "adamw",
            0,
            1,
            "collaboration",
            "inline",
            0,
            1,
            false),
        settings);
  }

  @Test
  void sst2TakesTheFlagsOfTheScript() {
    Sst2Settings settings =
        read(
                Sst2Command.class,
                "sst2 --base b --data d --rows 60 --epochs 2 --batch 16 --lr 1e-3 --rank 4 --targets query key --threads 1 --seed 3 --device auto --order o.txt --train a.txt --test b.txt --text s1 s2 --label y"
                    .split(" "))
            .settings();
    assertEquals(
        new Sst2Settings(
            absolute("b"),
            new TextTable(absolute("d/a.txt"), absolute("d/b.txt"), List.of("s1", "s2"), "y"),
            60,
            2,
            16,
            1e-3,
            4,
            List.of("query", "key"),
            1,
            3,
            "auto",
            false,
            absolute("o.txt")),
        settings);
  }

  @Test
  void sst2HasTheDefaultsOfTheScript() {
    Sst2Settings settings = read(Sst2Command.class, "sst2").settings();
    assertEquals(
        new Sst2Settings(
            absolute("../models/minilm-l6"),
            table("../data/sst2"),
            6000,
            1,
            32,
            3e-3,
            8,
            List.of("query", "value"),
            2,
            0,
            "cpu",
            false,
            null),
        settings);
  }

  @Test
  void usersMeasuresEachNumberInEachMode() {
    List<UsersSettings> settings =
        read(
                UsersCommand.class,
                "users --base b --data d --users 2 5 --modes joint alone --batch 6 --steps 4 --warmup 0 --rank 3 --targets query --threads 1 --seed 9 --device cpu --cpu-time"
                    .split(" "))
            .settings();
    assertEquals(
        List.of(
            users(2, "joint", true),
            users(2, "alone", false),
            users(5, "joint", true),
            users(5, "alone", false)),
        settings);
  }

  private static UsersSettings users(int users, String mode, boolean merged) {
    List<String> targets = List.of("query");
    return new UsersSettings(
        absolute("b"), table("d"), users, mode, merged, 6, 4, 0, 3, targets, 1, 9, "cpu", true);
  }

  @Test
  void usersGoesFromOneTo64ByItself() {
    assertEquals(
        List.of(
            "1 collaboration merged",
            "1 alone",
            "4 collaboration merged",
            "4 alone",
            "16 collaboration merged",
            "16 alone",
            "64 collaboration merged",
            "64 alone"),
        read(UsersCommand.class, "users").settings().stream()
            .map(one -> one.users() + " " + one.mode() + (one.merged() ? " merged" : ""))
            .toList());
  }

  @Test
  void imagesTakesItsFlags() {
    ImagesSettings settings =
        read(
                ImagesCommand.class,
                "images --architecture cnn --hidden 4 8 --adapter low-rank --rank 2 --merged --data d --rows 60 --epochs 2 --batch 16 --optimizer adamw --learning-rate 0.001 --threads 1 --seed 3 --float64 --device auto"
                    .split(" "))
            .settings();
    assertEquals(
        new ImagesSettings(
            absolute("d"),
            "cnn",
            List.of(4, 8),
            "low-rank",
            2,
            true,
            60,
            2,
            16,
            "adamw",
            0.001,
            1,
            3,
            true,
            "auto"),
        settings);
  }

  @Test
  void imagesHasThePapersSettings() {
    ImagesSettings settings =
        read(ImagesCommand.class, "images --architecture mlp --adapter mlp".split(" ")).settings();
    assertEquals(
        new ImagesSettings(
            absolute("examples/data/mnist"),
            "mlp",
            List.of(),
            "mlp",
            8,
            false,
            8000,
            10,
            256,
            "sgd",
            0.03,
            2,
            0,
            false,
            "cpu"),
        settings);
  }

  private static TextTable table(String folder) {
    return new TextTable(
        absolute(folder + "/train.tsv"),
        absolute(folder + "/test.tsv"),
        List.of("sentence"),
        "label");
  }

  private static String absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize().toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          step --model gpt3       | 'gpt3' is none of [gpt2, roberta-base, llama-160m, llama-1b]
          step --method lora      | 'lora' is none of [cola]
          step --dtype bfloat16   | 'bfloat16' is none of [float32]
          step --steps 0          | --steps is 0; it has to be 1 or more
          step --seq 1            | --seq is 1; it has to be 2 or more
          step --device gpu       | --device is "gpu", but must be one of
          step --bach 3           | '--bach'
          step --ignored 1        | --ignored is 1.0; it has to be a share from 0 to less than 1
          step --interval 3       | --interval is 3; 8 rows cannot be cut into so many equal parts
          step --interval 2 --floor | --floor is that of one server pass: leave out --interval
          step --ignored 0.5 --model roberta-base | each row of roberta-base has one label
          step --users 0          | --users is 0; it has to be 1 or more
          step --users 9          | choose --batch 9
          step --merged --sharing alone | what is merged, all rows pass through
          sst2 --text a b c       | 'c'
          sst2 --group-by-length  | nothing is padded
          sst2 --lr 0             | --lr is 0.0; it has to be a number above 0
          sst2 --rows many        | 'many' is not an int
          users --users 4 0       | --users is 0; it has to be 1 or more
          users --cpu-time       | --cpu-time sees one thread: add --threads 1
          users --modes together  | 'together' is none of [joint, alone, collaboration]
          images --adapter mlp    | --architecture
          images --architecture cnn --adapter lora | 'lora' is none of [linear, low-rank, mlp]
          images --architecture mlp --adapter mlp --merged | an MLP is not linear
          images --architecture linear --adapter mlp --hidden 4 | a linear model has no hidden layers
          images --architecture mlp --adapter mlp --hidden 0 | --hidden is 0
          billion --shard-mb 0    | --shard-mb is 0
          pairs --keys ms         | '--a=COMMAND'
          pairs --a true          | nothing is compared
          pairs --a true --keys ms | --b is missing
          pairs --a true --b true --keys ms ms | ms is asked for twice
          pairs --a true --b true --keys ms --at-most mb=1 | a bound is set for mb, but only [ms]
          pairs --a true --b true --keys ms --pairs 0 | --pairs is 0
          table                   | FILE
          """)
  void whatCannotBeIsRefusedByName(String args, String complaint) {
    StringWriter complaints = new StringWriter();
    StringWriter results = new StringWriter();
    int exit =
        Bench.commandLine()
            .setErr(new PrintWriter(complaints))
            .setOut(new PrintWriter(results))
            .execute(args.split(" "));
    assertEquals(2, exit);
    assertTrue(complaints.toString().contains(complaint.strip()), complaints.toString());
    assertEquals("", results.toString());
  }
}
