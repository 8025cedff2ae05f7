package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema for editors is what reading asks for, and takes what reading takes. */
class SchemaTest {
  private static final Path ROOT = Path.of("..");
  private static final Path FILE = ROOT.resolve("docs/cola.schema.json");
  private static final Path SOURCES = Path.of("src/main/java/io/github/cola4j/spec");
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  /** In src/it and tests: specs that are wrong on purpose. */
  private static final Set<String> WRONG = Set.of("bad-spec/cola.yaml");

  @Test
  void theFileIsWhatReadingAsksFor() throws IOException {
    String schema = new SpecSchema(SpecJavadoc.read(SOURCES)).json();
    if (Boolean.getBoolean("cola.schema.write")) {
      Files.writeString(FILE, schema);
    }
    assertEquals(
        schema,
        Files.readString(FILE),
        "cola.yaml has changed; to write its schema anew: mvn -ntp -pl cola-core test"
            + " -Dtest=SchemaTest -Dcola.schema.write=true");
  }

  @Test
  void theJarHoldsIt() throws IOException {
    try (InputStream file = RunSpec.class.getResourceAsStream("cola.schema.json")) {
      assertNotNull(file);
      assertEquals(Files.readString(FILE), new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void everyKeyIsDescribedAndEveryDescriptionHasAKey() throws IOException {
    Map<String, Map<String, String>> texts = SpecJavadoc.read(SOURCES);
    SpecSchema schema = new SpecSchema(texts);
    List<String> without = new ArrayList<>();
    for (JsonNode properties :
        new ObjectMapper().readTree(schema.json()).findValues("properties")) {
      for (Map.Entry<String, JsonNode> key : properties.properties()) {
        if (!key.getValue().has("description")) {
          without.add(key.getKey());
        }
      }
    }
    assertEquals(List.of(), without);

    List<String> keyless = new ArrayList<>();
    SpecSchema.DOCUMENTED.forEach(
        (role, types) ->
            types.stream()
                .filter(type -> !(role.equals("gates.baseline") && type.equals("GatesSpec")))
                .flatMap(type -> texts.getOrDefault(type, Map.of()).keySet().stream())
                .filter(key -> !schema.keys().get(role).contains(key))
                .forEach(key -> keyless.add(role + "." + key)));
    assertEquals(List.of(), keyless);
  }

  static Stream<Path> specs() throws IOException {
    List<Path> specs = new ArrayList<>();
    for (String folder : List.of("examples", "templates", "cola-maven-plugin/src", "bench")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().matches(".*\\.ya?ml"))
            .filter(
                file ->
                    !file.toString()
                        .matches(".*[/\\\\](target|\\.github)[/\\\\].*|.*gitlab-ci.yml"))
            .filter(file -> WRONG.stream().noneMatch(file::endsWith))
            .sorted()
            .forEach(specs::add);
      }
    }
    return specs.stream();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void itTakesEverySpecOfThisRepository(Path spec) throws IOException {
    assertEquals(List.of(), problems(Files.readString(spec)));
  }

  @Test
  void itTakesTheReadmesSpec() throws IOException {
    Matcher yaml = YAML.matcher(Files.readString(ROOT.resolve("README.md")));
    assertTrue(yaml.find());
    assertEquals(List.of(), problems(yaml.group(1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "training: {epochs: 3}",
        "training:",
        "adapter: {kind: com.acme.Fourier, options: {scale: 1.5, name: x}}",
        "adapter: {rank_pattern: {\"layer.0.*\": 4}, target_modules: all-linear}",
        "adapter: {target_modules: \".*query\", layers_to_transform: 3}",
        "users: {mode: joint, column: owner, list: [ann, bob]}",
        "users: {mode: alone, list: {ann: , bob: {train: {file: bob.tsv}, joins: 2}}}",
        "users: {mode: collaboration, list: [{name: ann, adapter: {kind: linear}}, bob]}",
        "gates: {accuracy: \">= 0.8\", adapter_size: \"<= 2 MB\", latency_p95: \"<50ms\"}",
        "gates: {users: {f1: \"> 0.5\"}, baseline: {file: summary.json, accuracy: \">= -0.01\"}}",
        "training: {max_grad_norm: 1, optimizer: {lr: 3e-4, betas: [0.9, 0.99]}}",
        "training: {max_grad_norm: {value: 1.0, scope: adapter}, schedule: {warmup: 100}}",
        "device: cuda:1",
        "evaluation: {every: 50, metric: rougeL, generate: true}",
        "generation: {do_sample: true, temperature: 0.8, stop: \"\\n\"}",
        "data: {train: {file: qa.csv, response: answer, prompt_template: \"{question}\"}}",
        "data: {train: {file: pairs.csv, text: [a, b], label: 3}, labels: [no, 1]}",
      })
  void itTakesWhatReadingTakes(String rest) {
    assertEquals(List.of(), problems("base: models/minilm\n" + rest));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "task: causal-lm                                        | base",
        "base: 3                                                | base",
        "base: {architecture: rnn}                              | base",
        "base: m, learning_rate: 1                              | learning_rate",
        "base: m, task: classification                          | task",
        "base: m, training: {epoch: 3}                          | epoch",
        "base: m, training: {epochs: many}                      | epochs",
        "base: m, training: {epochs: 0}                         | epochs",
        "base: m, training: {epochs: 1.5}                       | epochs",
        "base: m, training: {optimizer: {name: adam}}           | name",
        "base: m, training: {optimizer: {lr: 0}}                | lr",
        "base: m, training: {optimizer: {betas: [0.9]}}         | betas",
        "base: m, training: {schedule: {warmup: 1.5}}           | warmup",
        "base: m, training: {max_grad_norm: {scope: all}}       | max_grad_norm",
        "base: m, training: [1]                                 | training",
        "base: m, adapter: {lora_dropout: 1}                    | lora_dropout",
        "base: m, adapter: {kind: lora}                         | kind",
        "base: m, adapter: {rank_pattern: {query: 0}}           | query",
        "base: m, gradient_learning: {merged: maybe}            | merged",
        "base: m, data: {train: {format: xls}}                  | format",
        "base: m, data: {train: {text: [a, b, c]}}              | text",
        "base: m, data: {validation: {text: a}}                 | file",
        "base: m, data: {labels: [one]}                         | labels",
        "base: m, data: {image_size: [28]}                      | image_size",
        "base: m, data: {image_channels: 2}                     | image_channels",
        "base: m, users: {column: owner}                        | mode",
        "base: m, users: {mode: joint, list: {ann: {age: 3}}}   | list",
        "base: m, users: {mode: joint, list: [{adapter: {}}]}   | list",
        "base: m, evaluation: {metric: recall}                  | metric",
        "base: m, device: gpu                                   | device",
        "base: m, threads: 0                                    | threads",
        "base: m, gates: {accuracy: 0.8}                        | accuracy",
        "base: m, gates: {accuracy: '= 0.8'}                    | accuracy",
        "base: m, gates: {adapter_size: '<= 2'}                 | adapter_size",
        "base: m, gates: {recall: '>= 0.8'}                     | recall",
        "base: m, gates: {baseline: {accuracy: '>= 0'}}         | file",
        "base: m, generation: {top_p: 2}                        | top_p",
      })
  void itTellsWhatIsWrong(String spec, String key) {
    List<String> problems = problems("{" + spec + "}");
    assertTrue(
        problems.stream().anyMatch(problem -> problem.matches("(?s).*\\b" + key + "\\b.*")),
        problems::toString);
  }

  /** As editors do, which read YAML 1.2. */
  private static List<String> problems(String yaml) {
    return SCHEMA.validate(yaml, InputFormat.YAML).stream().map(Error::toString).toList();
  }

  private static final Schema SCHEMA = schema();

  private static Schema schema() {
    try {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(Files.readString(FILE), InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
