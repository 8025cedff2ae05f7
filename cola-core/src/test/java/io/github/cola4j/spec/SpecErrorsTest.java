package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user is told about a spec that is wrong. */
class SpecErrorsTest {
  @TempDir Path root;
  SpecFolder user;

  @BeforeEach
  void folder() {
    user = SpecFolder.in(root);
  }

  @Test
  void allProblemsOfAFileAreToldAtOnce() throws IOException {
    String expected = resource("dozen.txt");
    assertEquals(expected.strip(), user.complaint(resource("dozen.yaml")));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = SpecErrorsTest.class.getResourceAsStream("/spec/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** One line put below the least spec, as its fourth; and what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // words of other tools
        "load_in_4bit: true | load_in_4bit: quantized bases are not supported; remove it",
        "val_set_size: 0.1 | val_set_size: rows are not split off: data.validation names a file of its own; remove it",
        "adapter: {rank: 8} | adapter.rank: unknown key; did you mean \"r\"?",
        "adapter: {alpha: 8} | adapter.alpha: unknown key; did you mean \"lora_alpha\"?",
        "adapter: {loraAlpha: 8} | adapter.loraAlpha: unknown key; did you mean \"lora_alpha\"?",
        "adapter: {lora_rank: 8} | adapter.lora_rank: unknown key; did you mean \"r\"?",
        "adapter: {dropout: 0.1} | adapter.dropout: unknown key; did you mean \"lora_dropout\"?",
        "adapter: {kind: mlp, hidden_dims: [4]} | adapter.hidden_dims: unknown key; did you mean \"hidden_sizes\"?",
        "adapter: {use_dora: true} | adapter.use_dora: DoRA is not supported; remove it",
        "training: {max_norm: 1.0} | training.max_norm: unknown key; did you mean \"max_grad_norm\"?",
        "gradient_learning: {local_steps: 2} | gradient_learning.local_steps: unknown key; did you mean \"fit_steps\"?",
        "adapter: {kind: lora} | adapter.kind: found \"lora\"; did you mean \"low-rank\"?",
        "adapter: {kind: fourier} | adapter.kind: found \"fourier\"; one of: low-rank, linear, mlp, or a class of your own with its package: com.acme.Fourier",
        "adapter: {kind: lowrank} | adapter.kind: found \"lowrank\"; did you mean \"low-rank\"?",
        "adapter: {kind: com..Own} | adapter.kind: found \"com..Own\"; one of: low-rank, linear, mlp, or a class of your own with its package: com.acme.Fourier",
        "learning_rate: 1e-3 | learning_rate: unknown key; did you mean \"training.optimizer.lr\"?",
        "training: {num_train_epochs: 3} | training.num_train_epochs: unknown key; did you mean \"epochs\"?",
        "training: {per_device_train_batch_size: 3} | training.per_device_train_batch_size: unknown key; did you mean \"batch_size\"?",
        "training: {optimizer: {name: adam}} | training.optimizer.name: found \"adam\"; did you mean \"adamw\"?",
        "method: lora | method: other methods are not supported yet; remove it",
        // offload
        "offload: gpu | offload.to: found \"gpu\"; write inline, cpu, cuda or cuda:1",
        "offload: auto | offload.to: found \"auto\"; write inline, cpu, cuda or cuda:1",
        "offload: {to: 'cuda:x', staleness: 1} | offload.to: found \"cuda:x\"; write inline, cpu, cuda or cuda:1",
        "offload: {to: cpu, staleness: 2} | offload.staleness: found 2; write a whole number, from 0 to 1",
        "offload: {to: cpu, workers: 0} | offload.workers: found 0; write a whole number, at least 1",
        "offload: {to: cpu, threads: 0} | offload.threads: found 0; write a whole number, from 1 to 1024",
        "offload: {to: cpu, queue_mb: 0} | offload.queue_mb: found 0; write a whole number, at least 1",
        "offload: {to: cpu, threads: 2147483647} | offload.threads: found 2147483647; write a whole number, from 1 to 1024",
        "offload: {to: cpu, type: bf16} | offload.type: found \"bf16\"; did you mean \"bfloat16\"?",
        "offload: {to: cpu, type: int4} | offload.type: found \"int4\"; did you mean \"int8\"?",
        "offload: {to: cpu, send: matrices} | offload.send: found \"matrices\"; one of: auto, rows, products",
        "offload: {staleness: 1} | offload.staleness: adapters are fitted inline, where every server pass waits for the fits before it; write to: cpu as well, or staleness: 0",
        "offload: {send: products} | offload.send: adapters are fitted inline, where nothing is sent; write to: cpu as well, or send: rows",
        "offload: {type: bfloat16} | offload.type: adapters are fitted inline, where nothing travels; write to: cpu as well, or type: float32",
        "offload: {to: cpu, send: products, type: int8} | offload.type: it says how rows travel, and with send: products none do; write type: float32, or send: auto",
        // typing errors and keys in the wrong place
        "adapter: {target_module: [q]} | adapter.target_module: unknown key; did you mean \"target_modules\"?",
        "trainning: {} | trainning: unknown key; did you mean \"training\"?",
        "training: {lr: 1e-3} | training.lr: unknown key; did you mean \"training.optimizer.lr\"?",
        "group_by_length: true | group_by_length: unknown key; did you mean \"training.group_by_length\"?",
        "seed: 3 | seed: unknown key; did you mean \"training.seed\"?",
        "training: {optimizer: {name: sgd, momentun: 0.9}} | training.optimizer.momentun: unknown key; did you mean \"momentum\"?",
        "gradient_learning: {colour: red} | gradient_learning.colour: unknown key; the keys of gradient_learning are fit_steps, interval, merged",
        "adapter: {kind: linear, r: 8} | adapter.r: has no meaning with kind: linear; remove it, or write kind: low-rank",
        "training: {optimizer: {momentum: 0.9}} | training.optimizer.momentum: has no meaning with name: adamw; remove it, or write name: sgd",
        // wrong types
        "training: {epochs: many} | training.epochs: found \"many\"; write a whole number, at least 1",
        "training: {epochs: 1.5} | training.epochs: found 1.5; write a whole number, at least 1",
        "training: {epochs: [1]} | training.epochs: found a list; write a whole number, at least 1",
        "training: {base_dropout: 1} | training.base_dropout: found 1; write true or false",
        "training: {group_by_length: 1} | training.group_by_length: found 1; write true or false",
        "training: 3 | training: found 3 where a section should stand; write training: {epochs: 3}",
        "adapter: [r] | adapter: found a list where a section should stand; write adapter: and its keys below it, indented",
        "adapter: r:8 | adapter: found \"r:8\" where a section should stand; put a space after the colon",
        "output: 5 | output: found 5; write text; in quotes if this is the name",
        // beyond the limits
        "adapter: {r: 0} | adapter.r: found 0; write a whole number, at least 1",
        "adapter: {r: 3000000000} | adapter.r: found 3000000000; write a whole number, at least 1",
        "gradient_learning: {interval: 0} | gradient_learning.interval: found 0; write a whole number, at least 1",
        "training: {optimizer: {lr: 0}} | training.optimizer.lr: found 0; write a number above 0",
        "training: {optimizer: {lr: .nan}} | training.optimizer.lr: found .nan; write a number above 0",
        "training: {optimizer: {lr: 1e999}} | training.optimizer.lr: found 1e999; write a number above 0",
        "training: {optimizer: {lr: 1e-999}} | training.optimizer.lr: found 1e-999; write a number above 0",
        "training: {optimizer: {betas: [0.9, 1]}} | training.optimizer.betas: found 1; write a number, at least 0 and below 1",
        "training: {optimizer: {betas: 0.9}} | training.optimizer.betas: found 0.9; write a list of two numbers: [0.9, 0.999]",
        "training: {optimizer: {name: sgd, nesterov: true, momentum: 0}} | training.optimizer.nesterov: needs momentum; give momentum, or write false",
        "training: {optimizer: {name: sgd, nesterov: true, dampening: 0.5}} | training.optimizer.nesterov: cannot stand beside dampening; remove dampening, or write false",
        "training: {schedule: {warmup: 1.5}} | training.schedule.warmup: found 1.5; write a fraction of all steps, at least 0.0 and below 1.0, or a whole number of steps",
        "training: {schedule: {name: polynomial}} | training.schedule.name: found \"polynomial\"; one of: linear, cosine, constant",
        "checkpoint: {every: 0} | checkpoint.every: found 0; write epoch, never, or a whole number of steps, at least 1",
        "device: tpu | device: found \"tpu\"; write auto, cpu, cuda or cuda:1",
        "threads: 0 | threads: found 0; write a whole number, from 1 to 1024",
        "threads: 100000 | threads: found 100000; write a whole number, from 1 to 1024",
        "gates: {accuracy: 0.8} | gates.accuracy: found 0.8; write a condition in quotes, >= > <= or < and a number: \">= 0.8\"",
        "task: ner | task: found \"ner\"; one of: sequence-classification, sequence-regression, causal-lm, sequence-to-sequence, image-classification",
        "task: CAUSAL_LM | task: found \"CAUSAL_LM\"; did you mean \"causal-lm\"?",
        "task: seq2seq | task: found \"seq2seq\"; did you mean \"sequence-to-sequence\"?",
        "generation: {num_beams: 2} | generation: has no meaning with task: sequence-classification; remove it, or write task: sequence-to-sequence",
        // things that do not go together, or cannot be
        "adapter: {target_modules: []} | adapter.target_modules: found an empty list; name at least one",
        "adapter: {target_modules: [query, query]} | adapter.target_modules: found \"query\" twice in the list; keep one",
        "adapter: {target_modules: '(q'} | adapter.target_modules: the pattern \"(q\" does not compile (unclosed group at character 3); correct it, or give a list: [query, value]",
        "adapter: {target_modules: all-linear, layers_to_transform: 1} | adapter.layers_to_transform: cannot stand beside target_modules as a pattern or all-linear; give target_modules as a list, or name the layers in the pattern",
        "evaluation: {every: epoch} | evaluation: there is nothing to evaluate on; write data.validation: {file: …} as well",
        "output: train.tsv | output: \"train.tsv\" is a file; name a folder; it is made if need be",
        "output: ~/out | output: \"~/out\": ~ is not expanded; write the path without it",
        "base: bases/minilm | base: stands twice in the same section, first on line 1; keep one",
      })
  void aWrongLineIsExplained(String line, String complaint) {
    assertEquals("cola.yaml:4: " + complaint, user.complaint(SpecFolder.LEAST + line + "\n"));
  }

  /** What products of rows cannot teach. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "products | adapter: {kind: mlp} | the mlp adapter needs the rows: its gradients are no function of their products; write send: auto or rows, or take kind: low-rank or linear",
        "products | adapter: {kind: com.acme.Fourier} | the com.acme.Fourier adapter needs the rows: its gradients are no function of their products; write send: auto or rows, or take kind: low-rank or linear",
        "products | gradient_learning: {fit_steps: 3} | with gradient_learning.fit_steps: 3 a fit's later steps are taken at changed adapters, for which it needs the rows; write send: rows, or fit_steps: 1",
        "auto | gradient_learning: {fit_steps: 2} | with gradient_learning.fit_steps: 2 a fit's later steps are taken at changed adapters, for which it needs the rows; write send: rows, or fit_steps: 1",
        "products | users: {mode: alone, column: owner, list: {ann: {}, bob: {adapter: {kind: mlp}}}} | the mlp adapter of bob needs the rows: its gradients are no function of their products; write send: auto or rows, or take kind: low-rank or linear",
      })
  void whatNeedsRowsIsExplained(String send, String line, String complaint) {
    String spec = SpecFolder.LEAST + "offload: {to: cpu, send: " + send + "}\n" + line + "\n";
    assertEquals("cola.yaml:4: offload.send: " + complaint, user.complaint(spec));
  }

  /** The line of the data section in the least spec, and what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "train: {text: x} | data.train.file: missing; write the data file: .tsv, .csv or .jsonl",
        "train: {file: train.tsv} | data.train.text: missing; write the column that holds the text, or two of them",
        "train: 0.9 | data.train: found 0.9 where a section should stand; write train: {file: …}",
        "train: {file: 'data\\train.tsv', text: x} | data.train.file: \"data\\train.tsv\" does not exist; write / where the path has \\: it serves on every system, Windows too",
        "train: {file: \"data\\train.tsv\", text: x} | data.train.file: \"data\\train.tsv\" does not exist; write / where the path has \\: it serves on every system, Windows too",
        "train: train.tsv | data.train: found \"train.tsv\" where a section should stand; write train: {file: train.tsv}",
        "train: {file: train.csv, text: x} | data.train.file: \"train.csv\" does not exist; did you mean \"train.tsv\"?",
        "train: {file: bases, text: x} | data.train.file: \"bases\" is a folder; name a file in it",
        "train: {file: base/minilm, text: x} | data.train.file: \"base/minilm\" does not exist; did you mean \"bases/minilm\"?",
        "train: {file: nowhere.tsv, text: x} | data.train.file: \"nowhere.tsv\" does not exist; paths are relative to the folder of the spec",
        "train: {file: rows.txt, text: x} | data.train.format: missing; write format: tsv, csv or jsonl; the file's name does not say",
        "train: {file: rows.jsonl, text: x, quotes: true} | data.train.quotes: has no meaning with format: jsonl; remove it",
        "train: {file: train.tsv, text: x, label: x} | data.train.label: the column \"x\" holds the text; name another column",
        "train: {file: train.tsv, text: [a, b, c]} | data.train.text: found 3 columns; name one, or two for pairs of texts",
        "train: {file: \"a\\0b\", text: x} | data.train.file: \"a\0b\" is no path; remove what no file name can hold",
        "{train: {file: train.tsv, text: x}, labels: [one]} | data.labels: found one label; name at least two, in the order of their numbers",
        "{train: {file: train.tsv, text: x}, test: {file: test.tsv}} | data.test: unknown key; did you mean \"validation\"?",
        "{train: {file: train.tsv, text: x, file: test.tsv}} | data.train.file: stands twice in the same section, first on line 3; keep one",
      })
  void wrongDataIsExplained(String data, String complaint) {
    assertEquals(
        "cola.yaml:3: " + complaint, user.complaint("base: bases/minilm\ndata:\n  " + data + "\n"));
  }

  /** A task, a train section and a line below them; and what is said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // columns of another task
        "causal-lm | text: x, label: y | | :4: data.train.label: has no meaning with task: causal-lm; remove it, or write task: sequence-classification",
        "sequence-to-sequence | source: x, target: y, text: z | | :4: data.train.text: has no meaning with task: sequence-to-sequence; remove it, or write task: sequence-classification",
        "sequence-classification | text: x, prompt: y | | :4: data.train.prompt: has no meaning with task: sequence-classification; remove it, or write task: causal-lm",
        "sequence-regression | text: x | generation: {max_new_tokens: 3} | :5: generation: has no meaning with task: sequence-regression; remove it, or write task: sequence-to-sequence",
        // what is missing, or does not go together
        "causal-lm | limit: 3 | | :4: data.train.text: missing; write text: and a column, or prompt: and response:, or messages: for conversations",
        "causal-lm | prompt: x | | :4: data.train.response: missing; write the column that holds the response",
        "causal-lm | response: x | | :4: data.train.prompt: missing; write the column that holds the prompt, or a prompt_template that names columns",
        "causal-lm | text: x, messages: y | | :4: data.train.messages: cannot stand beside text; keep one of text, prompt with response, and messages",
        "causal-lm | response: x, prompt_template: hi | | :4: data.train.prompt_template: names no column; put one in braces: {prompt} or {instruction}",
        "causal-lm | prompt: y, response: x, prompt_template: \"{a}\" | | :4: data.train.prompt: the prompt_template does not use it; put {prompt} there, or remove it",
        "causal-lm | prompt: x, response: x | | :4: data.train.response: the column \"x\" is part of the prompt; name another column",
        "causal-lm | text: [a, b] | | :4: data.train.text: found a list; write a name",
        "causal-lm | format: text, text: x | | :4: data.train.text: a file of format: text has no columns; remove it, or name a .tsv, .csv or .jsonl file",
        "causal-lm | format: text, quotes: true | | :4: data.train.quotes: has no meaning with format: text; remove it",
        "sequence-classification | format: text, text: x | | :4: data.train.format: found \"text\"; one of: tsv, csv, jsonl",
        "sequence-to-sequence | source: x | | :4: data.train.target: missing; write the column of the text to write",
        "sequence-to-sequence | source: x, target: x | | :4: data.train.target: the column \"x\" holds the source; name another column",
        // generation and evaluation
        "causal-lm | text: x | generation: {temperature: 0.5} | :5: generation.temperature: has no meaning with do_sample: false; remove it, or write do_sample: true",
        "causal-lm | text: x | generation: {do_sample: true, temperature: 0} | :5: generation.temperature: found 0; write a number above 0",
        "causal-lm | text: x | generation: {do_sample: true, top_p: 1.5} | :5: generation.top_p: found 1.5; write a number above 0, at most 1",
        "causal-lm | text: x | generation: {do_sample: true, top_k: -1} | :5: generation.top_k: found -1; write a whole number, at least 0",
        "causal-lm | text: x | generation: {early_stopping: true} | :5: generation.early_stopping: has no meaning with num_beams: 1; remove it, or write num_beams: 4",
        "causal-lm | text: x | generation: {stop: ''} | :5: generation.stop: found \"\"; write text, in quotes",
        "causal-lm | text: x | generation: {max_tokens: 5} | :5: generation.max_tokens: unknown key; did you mean \"max_new_tokens\"?",
        "causal-lm | text: x | max_new_tokens: 5 | :5: max_new_tokens: unknown key; did you mean \"generation.max_new_tokens\"?",
      })
  void whatIsOfAnotherTaskIsExplained(String task, String train, String line, String complaint) {
    String yaml =
        "base: bases/minilm\ntask: %s\ndata:\n  train: {file: train.tsv, %s}\n%s\n"
            .formatted(task, train, line == null ? "" : line);
    assertEquals("cola.yaml" + complaint, user.complaint(yaml));
  }

  @Test
  void columnsOfAnotherTaskAreAllNamed() {
    assertEquals(
        """
        3 problems:
          cola.yaml:3: data.train.text: missing; write text: and a column, or prompt: and response:, or messages: for conversations
          cola.yaml:3: data.train.source: has no meaning with task: causal-lm; remove it, or write task: sequence-to-sequence
          cola.yaml:3: data.train.target: has no meaning with task: causal-lm; remove it, or write task: sequence-to-sequence"""
            .replace("\n          ", "\n  "),
        user.complaint(
            """
            base: bases/minilm
            task: causal-lm
            data: {train: {file: train.tsv, source: x, target: y}}
            """));
  }

  @Test
  void anEvaluationOfAnotherTaskIsExplained() {
    String yaml =
        """
        base: bases/minilm
        task: %s
        data:
          train: {file: train.tsv, %s}
          validation: {file: test.tsv}
        evaluation: {%s}
        """;
    assertEquals(
        "cola.yaml:6: evaluation.metric: rouge1 is of texts that are generated; write generate: true"
            + " as well, or take perplexity",
        user.complaint(
            yaml.formatted("sequence-to-sequence", "source: a, target: b", "metric: rouge1")));
    assertEquals(
        "cola.yaml:6: evaluation.generate: has no meaning with task: causal-lm; remove it, or write"
            + " task: sequence-to-sequence",
        user.complaint(yaml.formatted("causal-lm", "text: a", "generate: true")));
    assertEquals(
        "cola.yaml:6: evaluation.metric: found \"accuracy\"; one of: pearson, spearman, mse",
        user.complaint(yaml.formatted("sequence-regression", "text: a", "metric: accuracy")));
  }

  @Test
  void aWrongBaseIsExplained() {
    Map.of(
            "https://host/model",
                "\"https://host/model\" is an address; download it, and name what is here then",
            "hf:org/model@main",
                "\"hf:org/model@main\" has not been fetched; fetch it before the spec is read,"
                    + " or name what is on this machine",
            "train.tsv", "\"train.tsv\" is a file; give the folder it is in",
            "google-bert/bert-base-uncased",
                "there is no folder \"google-bert/bert-base-uncased\"; if a name on the Hugging Face"
                    + " hub is meant, write hf:google-bert/bert-base-uncased",
            "bases/minlm", "\"bases/minlm\" does not exist; did you mean \"bases/minilm\"?",
            "12", "found 12; write text; in quotes if this is the name")
        .forEach(
            (base, complaint) ->
                assertEquals(
                    "cola.yaml:1: base: " + complaint,
                    user.complaint(SpecFolder.LEAST.replace("bases/minilm", base))));
  }

  @ParameterizedTest
  @CsvSource({
    "rows.parquet, 'a table of Parquet or Arrow, which is not read'",
    "rows.xlsx, 'a spreadsheet, which is not read'",
    "train.tsv.gz, 'compressed, and not read so'"
  })
  void aFileThatNoTaskReadsIsCalledByItsName(String file, String what) throws IOException {
    Files.createFile(root.resolve("sentiment").resolve(file));
    assertEquals(
        "cola.yaml:3: data.train.file: \"%s\" is %s; save it as .tsv, .csv or .jsonl"
            .formatted(file, what),
        user.complaint(SpecFolder.LEAST.replace("train.tsv", file)));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertEquals(
        """
        3 problems:
          cola.yaml: base: missing; write the folder of the model: config.json, model.safetensors, tokenizer.json
          cola.yaml: data.train.file: missing; write the data file: .tsv, .csv or .jsonl
          cola.yaml: data.train.text: missing; write the column that holds the text, or two of them"""
            .replace("\n          ", "\n  "),
        user.complaint("device: cpu\n"));
  }

  /** Whether a wrong choice brings on complaints about the keys that hang on it. */
  @Test
  void oneErrorIsToldOnce() {
    assertEquals(
        "cola.yaml:4: training.optimizer.name: found \"sdg\"; did you mean \"sgd\"?",
        user.complaint(SpecFolder.LEAST + "training: {optimizer: {name: sdg, momentum: 0.5}}\n"));
    assertEquals(
        "cola.yaml:2: task: found \"causal\"; did you mean \"causal-lm\"?",
        user.complaint(
            """
            base: bases/minilm
            task: causal
            data: {train: {file: train.tsv, prompt: a, response: b}, validation: {file: rows.txt}}
            evaluation: {metric: perplexity}
            generation: {max_new_tokens: 5}
            """));
    assertEquals(
        "cola.yaml:2: data.train.text: found a section with keys of its own; write a name",
        user.complaint(
            """
            base: bases/minilm
            data: {train: {file: train.tsv, text: {a: b}}, validation: {file: test.tsv}}
            """));
  }

  @Test
  void overridesAreExplainedToo() {
    assertEquals(
        """
        3 problems:
          override: .r: is no key; write full names: training.optimizer.lr
          override: training.epochs: found "many"; write a whole number, at least 1
          override: adapter.rank: unknown key; did you mean "r"?"""
            .replace("\n          ", "\n  "),
        user.complaint(
            SpecFolder.LEAST, Map.of("adapter.rank", "8", "training.epochs", "many", ".r", "8")));
    assertTrue(
        user.complaint(SpecFolder.LEAST + "adapter: 8\n", Map.of("adapter.r", "8"))
            .startsWith("cola.yaml:4: adapter: found 8 where a section should stand"));
  }

  /** Text that is no YAML, line ends written as \n and tabs as \t; what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | : nothing in it; it needs at least base: and data:",
        "# only a remark\\n | : nothing in it; it needs at least base: and data:",
        "just words | :1: found \"just words\" where the keys of a spec should stand; write key: value lines, with a space after each colon",
        "- a\\n- b\\n | :1: found a list where the keys of a spec should stand; write key: value lines, with a space after each colon",
        "base:x\\n | :1: found \"base:x\" where the keys of a spec should stand; put a space after the colon",
        "a:\\n  r:8\\n  b: 1\\n | :2: not readable as YAML (mapping values are not allowed here): \"r:8\"; put a space after the colon",
        "a:\\n\\tb: 1\\n | :2: not readable as YAML (found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)): \"b: 1\"; indent with spaces, not with tabs",
        "gates:\\n  accuracy: >= 0.8\\n | :2: not readable as YAML (expected chomping or indentation indicators, but found =(61)): \"accuracy: >= 0.8\"; put the value in quotes: it begins with a sign that means something else in YAML",
        "a: [1, 2\\nb: 3\\n | :1: not readable as YAML (expected ',' or ']', but got :): \"a: [1, 2\"; close the [",
        "a: {b: 1\\n | :1: not readable as YAML (expected ',' or '}', but got <stream end>): \"a: {b: 1\"; close the {",
        "a: 'x\\nb: 1\\n | :1: not readable as YAML (found unexpected end of stream): \"a: 'x\"; close the quote",
        "a: b: c\\n | :1: not readable as YAML (mapping values are not allowed here): \"a: b: c\"; put the value in quotes: it holds a colon and a space",
        "a:\\n  b: 1\\n c: 2\\n | :3: not readable as YAML (expected <block end>, but found '<block mapping start>'): \"c: 2\"; check that keys of one level start in the same column",
        "a: &x 1\\nb: *x\\n | :2: the alias *x is not supported; write the value out; text that begins with * needs quotes",
        "<<: {a: 1}\\n | :1: merge keys (<<) are not supported; write the keys out",
        "a: !!str 5\\n | :1: the tag tag:yaml.org,2002:str is not supported; remove it",
        "file: \"C:\\Users\\me\"\\n | :1: not readable as YAML (expected escape sequence of 8 hexadecimal numbers, but found: sers\\me\"): \"file: \"C:\\Users\\me\"\"; write / where the path has \\: it serves on every system, Windows too",
        "a: {file: ${basedir}/x}\\n | :1: not readable as YAML (expected ',' or '}', but got {): \"a: {file: ${basedir}/x}\"; write the value itself: ${…} is not filled in here",
        "a: {b: c: d}\\n | :1: not readable as YAML (expected ',' or '}', but got :): \"a: {b: c: d}\"; put the value in quotes: it holds a colon and a space",
        "a: 1\\n---\\nb: 2\\n | :3: a second document begins here; a file holds one run: remove the --- line, or make two files",
      })
  void unreadableTextIsExplained(String yaml, String complaint) {
    assertEquals(
        "cola.yaml" + complaint, user.complaint(yaml.replace("\\n", "\n").replace("\\t", "\t")));
  }

  @Test
  void problemsFoundLaterCanBeThrownTogether() {
    RunSpec spec = user.read(SpecFolder.LEAST);
    SpecException thrown =
        assertThrows(
            SpecException.class,
            () -> {
              throw new SpecException(
                  java.util.List.of(
                      spec.problem("data.train.text", "no such column", "one of: a, b"),
                      spec.problem("adapter.r", "too large", "")));
            });
    assertEquals(
        "2 problems:\n"
            + "  cola.yaml:3: data.train.text: no such column; one of: a, b\n"
            + "  cola.yaml: adapter.r: too large",
        thrown.getMessage());
    assertEquals(2, thrown.problems().size());
  }
}
