package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSpecTest {
  /** Every key there is, none with its default. */
  static final String MOST =
      """
      base: bases/minilm
      task: sequence-classification
      data:
        train: {file: pairs.csv, text: [sentence1, sentence2], label: is_same, limit: 6000, quotes: false}
        validation: {file: rows.txt, text: [a, b], label: c, limit: 10, format: csv, quotes: true}
        labels: [no, yes]
        max_length: 64
      adapter:
        kind: low-rank
        r: 4
        lora_alpha: 16
        use_rslora: true
        target_modules: [query, key]
        exclude_modules: [pooler.query]
        layers_to_transform: [0, 1]
        layers_pattern: layer
        rank_pattern: {layer.0.attention.self.query: 2, "(self|cross).key": 6}
        alpha_pattern: {query: 3}
      gradient_learning: {merged: true, interval: 2, fit_steps: 3}
      training:
        epochs: 3
        max_steps: 100
        batch_size: 16
        group_by_length: true
        optimizer: {name: sgd, lr: 3e-2, momentum: .5, nesterov: no, dampening: 0.1, weight_decay: 0}
        schedule: {name: cosine, warmup: 10}
        max_grad_norm: {value: 1, scope: adapter}
        base_dropout: off
        seed: 7
      evaluation: {every: 50, metric: matthews_correlation, keep: last, patience: 3, batch_size: 8, limit: 100}
      checkpoint: {every: never, keep: 1}
      device: cuda:1
      dtype: float16
      threads: 2
      gates:
        f1: "> 5e-1"
        accuracy: ">= 0.80"
        adapter_size: "<= 2 MB"
        trainable_parameters: "<= 1e6"
        latency_p95: "<= 0.05 s"
        baseline: {file: baseline/summary.json, accuracy: ">= -0.01", trainable_parameters: "<= +0"}
      output: out/pairs
      """;

  /** The same for the other tasks, as far as keys are theirs. */
  static final String REGRESSION =
      """
      base: bases/minilm
      task: sequence-regression
      data:
        train: {file: pairs.csv, text: [sentence1, sentence2], label: score}
        validation: {file: test.tsv, label: similarity}
        max_length: 64
      evaluation: {metric: mse, limit: 7}
      """;

  static final String CAUSAL =
      """
      base: bases/minilm
      task: causal-lm
      data:
        train:
          file: rows.jsonl
          prompt_template: "### Instruction:\\n{prompt}\\n{input}\\n\\n### Response:\\n"
          prompt: instruction
          response: output
        validation: {file: test.tsv, response: answer}
      generation:
        max_new_tokens: 20
        num_beams: 1
        do_sample: true
        temperature: 0.7
        top_k: 0
        top_p: 0.95
        stop: ["\\n\\n", "###"]
      """;

  static final String TO_SEQUENCE =
      """
      base: bases/minilm
      task: sequence-to-sequence
      data:
        train: {file: pairs.csv, source: mr, target: ref}
        validation: {file: test.tsv, target: refs}
        max_length: 64
        max_target_length: 32
      evaluation: {metric: rougeL, generate: true}
      generation: {num_beams: 4, length_penalty: -0.5, early_stopping: true, stop: "."}
      """;

  @TempDir Path root;
  SpecFolder user;

  @BeforeEach
  void folder() {
    user = SpecFolder.in(root);
  }

  @Test
  void defaultsFillWhatIsNotSaid() {
    RunSpec spec = user.read(SpecFolder.LEAST);
    assertEquals(
        """
        base: bases/minilm
        task: sequence-classification
        dtype: float32
        data:
          train:
            file: train.tsv
            format: tsv
            quotes: false
            text: sentence
            label: label
          max_length: 128
        adapter:
          kind: low-rank
          r: 8
          lora_alpha: 8
          use_rslora: false
          lora_dropout: 0.0
        gradient_learning:
          merged: false
          interval: 1
          fit_steps: 1
        offload:
          to: inline
          workers: 1
          staleness: 0
          queue_mb: 512
          send: rows
          type: float32
        training:
          epochs: 1
          batch_size: 32
          group_by_length: false
          optimizer:
            name: adamw
            lr: 0.0003
            weight_decay: 0.0005
            betas:
            - 0.9
            - 0.999
            eps: 1.0e-8
          schedule:
            name: linear
            warmup: 0.05
          base_dropout: true
          seed: 42
        checkpoint:
          every: epoch
          keep: 2
        device: auto
        output: target/cola/sentiment
        """,
        spec.resolved());
    assertEquals(Optional.empty(), spec.evaluation());
    assertEquals(
        new OptimizerSpec.AdamW(3e-4, 0.9, 0.999, 1e-8, 5e-4), spec.training().optimizer());
    assertEquals(
        new ScheduleSpec(ScheduleSpec.Name.LINEAR, new Warmup.Fraction(0.05)),
        spec.training().schedule());
    assertEquals(new Device.Auto(), spec.device());
    assertEquals(user.folder().resolve("target/cola/sentiment"), spec.output().path());
  }

  @Test
  void everyKeyArrivesInItsComponent() {
    RunSpec spec = user.read(MOST);
    Path folder = user.folder();
    assertEquals(new FileRef("bases/minilm", folder.resolve("bases/minilm")), spec.baseFolder());
    assertEquals(new BaseSpec.Stored(spec.baseFolder()), spec.base());
    assertEquals(Task.SEQUENCE_CLASSIFICATION, spec.task());
    assertEquals(
        new DataSpec(
            new SplitSpec(
                Optional.of(new FileRef("pairs.csv", folder.resolve("pairs.csv"))),
                Optional.of(SplitSpec.Format.CSV),
                false,
                new ColumnsSpec.Labelled(List.of("sentence1", "sentence2"), "is_same"),
                Optional.of(6000)),
            Optional.of(
                new SplitSpec(
                    Optional.of(new FileRef("rows.txt", folder.resolve("rows.txt"))),
                    Optional.of(SplitSpec.Format.CSV),
                    true,
                    new ColumnsSpec.Labelled(List.of("a", "b"), "c"),
                    Optional.of(10))),
            List.of("no", "yes"),
            64,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        spec.data());
    assertEquals(
        new AdapterSpec.LowRank(
            4,
            16,
            true,
            0,
            Map.of("layer.0.attention.self.query", 2, "(self|cross).key", 6),
            Map.of("query", 3),
            new SitesSpec(
                Optional.of(new TargetModules.Named(List.of("query", "key"))),
                Optional.of(new TargetModules.Named(List.of("pooler.query"))),
                List.of(0, 1),
                List.of("layer"))),
        spec.adapter());
    assertEquals(new GradientLearningSpec(true, 2, 3), spec.gradientLearning());
    assertEquals(
        new TrainingSpec(
            3,
            Optional.of(100),
            16,
            true,
            new OptimizerSpec.Sgd(0.03, 0.5, 0.1, false, 0),
            new ScheduleSpec(ScheduleSpec.Name.COSINE, new Warmup.Steps(10)),
            Optional.of(new ClippingSpec(1, ClippingSpec.Scope.ADAPTER)),
            false,
            7,
            Optional.empty()),
        spec.training());
    assertEquals(
        Optional.of(
            new EvaluationSpec(
                new Every.Steps(50),
                "matthews_correlation",
                EvaluationSpec.Keep.LAST,
                Optional.of(3),
                8,
                Optional.of(100),
                false)),
        spec.evaluation());
    assertEquals(new CheckpointSpec(new Every.Never(), 1), spec.checkpoint());
    assertEquals(new Device.Cuda(1), spec.device());
    assertEquals(Dtype.FLOAT16, spec.dtype());
    assertEquals(Optional.of(2), spec.threads());
    assertEquals(
        List.of("f1", "accuracy", "adapter_size", "trainable_parameters", "latency_p95"),
        List.copyOf(spec.gates().run().keySet()));
    assertEquals(
        new Gate(Gate.Comparison.AT_LEAST, 0.8, Gate.Unit.ONE, ">= 0.80"),
        spec.gates().run().get("accuracy"));
    assertEquals(
        new Gate(Gate.Comparison.AT_MOST, 2, Gate.Unit.MEGABYTE, "<= 2 MB"),
        spec.gates().run().get("adapter_size"));
    GatesSpec.Baseline baseline = spec.gates().baseline().orElseThrow();
    assertEquals("baseline/summary.json", baseline.file().asWritten());
    assertEquals(
        Map.of(
            "accuracy", new Gate(Gate.Comparison.AT_LEAST, -0.01, Gate.Unit.ONE, ">= -0.01"),
            "trainable_parameters", new Gate(Gate.Comparison.AT_MOST, 0, Gate.Unit.ONE, "<= +0")),
        baseline.changes());
    assertEquals("out/pairs", spec.output().asWritten());
  }

  @Test
  void aTaskHasItsOwnColumns() {
    RunSpec regression = user.read(REGRESSION);
    assertEquals(
        new ColumnsSpec.Labelled(List.of("sentence1", "sentence2"), "score"),
        regression.data().train().columns());
    assertEquals(
        new ColumnsSpec.Labelled(List.of("sentence1", "sentence2"), "similarity"),
        regression.data().validation().orElseThrow().columns());
    assertEquals("mse", regression.evaluation().orElseThrow().metric());
    assertEquals(Optional.of(7), regression.evaluation().orElseThrow().limit());
    assertEquals(Optional.empty(), regression.generation());

    RunSpec causal = user.read(CAUSAL);
    String template = "### Instruction:\n{prompt}\n{input}\n\n### Response:\n";
    ColumnsSpec.PromptResponse columns =
        new ColumnsSpec.PromptResponse(Optional.of("instruction"), template, "output");
    assertEquals(columns, causal.data().train().columns());
    assertEquals(List.of("instruction", "input"), List.copyOf(columns.columns()));
    assertEquals(
        new ColumnsSpec.PromptResponse(Optional.of("instruction"), template, "answer"),
        causal.data().validation().orElseThrow().columns());
    assertEquals("perplexity", causal.evaluation().orElseThrow().metric());
    assertEquals(
        Optional.of(
            new GenerationSpec(20, 1, true, 0.7, 0, 0.95, 1, false, List.of("\n\n", "###"))),
        causal.generation());

    RunSpec toSequence = user.read(TO_SEQUENCE);
    assertEquals(new ColumnsSpec.SourceTarget("mr", "ref"), toSequence.data().train().columns());
    assertEquals(
        new ColumnsSpec.SourceTarget("mr", "refs"),
        toSequence.data().validation().orElseThrow().columns());
    assertEquals(Optional.of(32), toSequence.data().maxTargetLength());
    assertTrue(toSequence.evaluation().orElseThrow().generate());
    assertEquals(
        Optional.of(new GenerationSpec(64, 4, false, 1, 50, 1, -0.5, true, List.of("."))),
        toSequence.generation());
  }

  @Test
  void aCausalModelLearnsFromOneOfFourKindsOfRows() {
    assertEquals(
        new SplitSpec(
            Optional.of(new FileRef("rows.txt", user.folder().resolve("rows.txt"))),
            Optional.of(SplitSpec.Format.TEXT),
            false,
            new ColumnsSpec.PlainText(Optional.empty()),
            Optional.empty()),
        causal("{file: rows.txt}").data().train());
    assertEquals(
        new ColumnsSpec.PlainText(Optional.of("document")),
        causal("{file: train.tsv, text: document}").data().train().columns());
    assertEquals(
        new ColumnsSpec.PromptResponse(Optional.of("q"), "{prompt}", "a"),
        causal("{file: train.tsv, prompt: q, response: a}").data().train().columns());
    assertEquals(
        new ColumnsSpec.Chat("turns"),
        causal("{file: rows.jsonl, messages: turns}").data().train().columns());
    // A split takes after the other one, unless it is of another kind.
    assertEquals(
        new ColumnsSpec.Chat("turns"),
        causal("{file: rows.jsonl, messages: turns}, validation: {file: test.tsv}")
            .data()
            .validation()
            .orElseThrow()
            .columns());
    assertEquals(
        new ColumnsSpec.PlainText(Optional.of("x")),
        causal("{file: rows.jsonl, messages: turns}, validation: {file: test.tsv, text: x}")
            .data()
            .validation()
            .orElseThrow()
            .columns());
    assertEquals(
        new ColumnsSpec.PlainText(Optional.empty()),
        causal("{file: train.tsv, text: x}, validation: {file: rows.txt}")
            .data()
            .validation()
            .orElseThrow()
            .columns());
  }

  private RunSpec causal(String train) {
    return user.read("base: bases/minilm\ntask: causal-lm\ndata: {train: " + train + "}\n");
  }

  @Test
  void howTextIsWrittenCountsWhereAnEvaluationWrites() {
    String longer = "generation.max_new_tokens";
    RunSpec causal = user.read(CAUSAL);
    assertEquals(causal.digest(), user.read(CAUSAL, Map.of(longer, "5")).digest());
    RunSpec toSequence = user.read(TO_SEQUENCE);
    RunSpec other = user.read(TO_SEQUENCE, Map.of(longer, "5"));
    assertNotEquals(toSequence.digest(), other.digest());
    assertEquals(List.of(longer + ": was 64, is 5"), other.differences(toSequence));
  }

  @Test
  void theResolvedSpecReadsAsAnEqualOne() {
    List<String> specs =
        List.of(
            SpecFolder.LEAST,
            MOST,
            REGRESSION,
            CAUSAL,
            TO_SEQUENCE,
            "base: bases/minilm\ntask: causal-lm\ndata: {train: {file: rows.txt, limit: 3}}\n",
            "base: bases/minilm\ntask: causal-lm\n"
                + "data: {train: {file: rows.jsonl, messages: m}, validation: {file: rows.txt}}\n",
            SpecFolder.LEAST + "adapter: {kind: linear, target_modules: all-linear}\n",
            SpecFolder.LEAST + "adapter: {target_modules: '.*\\.(query|value)'}\n",
            SpecFolder.LEAST.replace("train.tsv", "rows.jsonl"),
            SpecFolder.LEAST + "training: {optimizer: {lr: 1.2345678901234567e-5}, seed: 0}\n",
            SpecFolder.LEAST
                .replace("sentence", "\"a: 'b' # c\"")
                .replace(
                    "train:",
                    "labels: ['null', \"3e-3\", ' x ', \"two\\nlines \", é😀]\n  train:"));
    for (String yaml : specs) {
      RunSpec spec = user.read(yaml);
      RunSpec again = RunSpec.parse(spec.resolved(), user.folder().resolve("spec.yaml"), Map.of());
      assertEquals(spec, again, yaml);
      assertEquals(spec.resolved(), again.resolved());
      assertEquals(spec.digest(), again.digest());
    }
  }

  @Test
  void noAbsolutePathIsWritten() {
    String yaml =
        "base: "
            + user.folder().resolve("bases/minilm")
            + "\n"
            + "data: {train: {file: "
            + user.folder().resolve("train.tsv")
            + ", text: x}}\n"
            + "output: "
            + root.resolve("out")
            + "\n";
    RunSpec spec = user.read(yaml);
    assertFalse(spec.resolved().contains(root.toString()), spec.resolved());
    assertEquals("bases/minilm", spec.base().asWritten());
    assertEquals("../out", spec.output().asWritten());
    assertTrue(Files.isDirectory(spec.baseFolder().path()));
    assertEquals(spec, user.read(spec.resolved()));
  }

  @Test
  void aSpecIsNamedAfterItsFileOrItsFolder() throws IOException {
    Path file = user.folder().resolve("my.first.yaml");
    Files.writeString(file, SpecFolder.LEAST);
    assertEquals("target/cola/my.first", RunSpec.read(file, Map.of()).output().asWritten());
    assertEquals("target/cola/sentiment", user.read(SpecFolder.LEAST).output().asWritten());
  }

  @Test
  void numbersMayBeWrittenAsPeopleWriteThem() {
    for (String lr : List.of("3e-3", "3E-3", "0.003", ".003", "'0.003'", "+3e-03", "3.0e-3")) {
      RunSpec spec = user.read(SpecFolder.LEAST + "training: {optimizer: {lr: " + lr + "}}\n");
      assertEquals(0.003, spec.training().optimizer().lr(), lr);
    }
    RunSpec spec = user.read(SpecFolder.LEAST + "training: {max_steps: 1_000, epochs: 1e1}\n");
    assertEquals(Optional.of(1000), spec.training().maxSteps());
    assertEquals(10, spec.training().epochs());
  }

  @Test
  void validationTakesAfterTrain() {
    SplitSpec validation =
        user.read(
                """
                base: bases/minilm
                data:
                  train: {file: train.tsv, text: [a, b], label: c, limit: 5, quotes: true}
                  validation: {file: test.tsv}
                """)
            .data()
            .validation()
            .orElseThrow();
    assertEquals(new ColumnsSpec.Labelled(List.of("a", "b"), "c"), validation.columns());
    assertEquals(Optional.empty(), validation.limit());
    assertTrue(validation.quotes());

    SplitSpec other =
        user.read(
                """
                base: bases/minilm
                data:
                  train: {file: train.tsv, text: a}
                  validation: {file: pairs.csv}
                """)
            .data()
            .validation()
            .orElseThrow();
    assertEquals(Optional.of(SplitSpec.Format.CSV), other.format());
    assertTrue(other.quotes());
  }

  @Test
  void anEmptyValueIsTheDefault() {
    assertEquals(
        user.read(SpecFolder.LEAST),
        user.read(SpecFolder.LEAST + "task:\nthreads: ~\ntraining: {max_steps: null}\ngates:\n"));
  }

  @Test
  void targetsAreNamesOrAPatternOrAllLinear() {
    assertInstanceOf(
        TargetModules.AllLinear.class,
        user.read(SpecFolder.LEAST + "adapter: {target_modules: all-linear}\n")
            .adapter()
            .sites()
            .targetModules()
            .orElseThrow());
    assertEquals(
        new TargetModules.Matching(".*query"),
        user.read(SpecFolder.LEAST + "adapter: {target_modules: .*query}\n")
            .adapter()
            .sites()
            .targetModules()
            .orElseThrow());
    assertEquals(
        List.of(3),
        user.read(SpecFolder.LEAST + "adapter: {layers_to_transform: 3}\n")
            .adapter()
            .sites()
            .layersToTransform());
  }

  @Test
  void nesterovIsTheDefaultWhereItCanBe() {
    assertTrue(sgd("{name: sgd}").nesterov());
    assertFalse(sgd("{name: sgd, momentum: 0}").nesterov());
    assertFalse(sgd("{name: sgd, dampening: 0.1}").nesterov());
  }

  private OptimizerSpec.Sgd sgd(String optimizer) {
    RunSpec spec = user.read(SpecFolder.LEAST + "training: {optimizer: " + optimizer + "}\n");
    return (OptimizerSpec.Sgd) spec.training().optimizer();
  }

  @Test
  void overridesReplaceAddAndTakeAway() {
    RunSpec typed =
        user.read(
            MOST.replace("lr: 3e-2", "lr: 1e-3")
                .replace("[query, key]", "[value]")
                .replace("  layers_to_transform: [0, 1]\n  layers_pattern: layer\n", "")
                .replaceAll("  validation: .*\n", "")
                .replaceAll("(?s)gates:.*?\n(?=output)|evaluation: .*?\n", ""));
    // Without validation there is nothing to evaluate, so those sections must go as well.
    assertEquals(
        typed,
        user.read(
            MOST,
            Map.of(
                "training.optimizer.lr", "1e-3",
                "adapter.target_modules", "[value]",
                "adapter.layers_to_transform", "",
                "adapter.layers_pattern", "",
                "gates", "",
                "data.validation", "",
                "evaluation", "")));
  }

  @Test
  void theDigestCoversWhatInfluencesTheAdapter() {
    RunSpec spec = user.read(MOST);
    Map<String, String> without =
        Map.of(
            "output", "elsewhere",
            "gates.accuracy", ">= 0.9",
            "gates.latency_p50", "< 1 s",
            "gates.baseline", "",
            "checkpoint.every", "10",
            "checkpoint.keep", "5");
    assertEquals(spec.digest(), user.read(MOST, without).digest());
    assertEquals(List.of(), user.read(MOST, without).differences(spec));

    Map<String, String> within =
        Map.ofEntries(
            Map.entry("data.train.limit", "5"),
            Map.entry("data.labels", "[a, b]"),
            Map.entry("adapter.r", "5"),
            Map.entry("gradient_learning.merged", "false"),
            Map.entry("training.optimizer.lr", "0.5"),
            Map.entry("training.seed", "8"),
            Map.entry("evaluation.keep", "best"),
            Map.entry("device", "cpu"),
            Map.entry("dtype", "bfloat16"),
            Map.entry("threads", ""));
    within.forEach(
        (key, value) -> {
          RunSpec other = user.read(MOST, Map.of(key, value));
          assertNotEquals(spec.digest(), other.digest(), key);
          assertEquals(1, other.differences(spec).size(), key);
          assertTrue(other.differences(spec).get(0).startsWith(key + ": was "), key);
        });
    assertEquals(
        List.of("adapter.r: was 4, is 5", "threads: was 2, is absent"),
        user.read(MOST, Map.of("adapter.r", "5", "threads", "")).differences(spec));
  }

  /** Specs that were resolved before there was an offload section have nothing of it. */
  @Test
  void ofOffloadingTheDigestCoversWhatInfluencesTheAdapter() {
    RunSpec inline = user.read(SpecFolder.LEAST);
    assertEquals(Optional.empty(), inline.offload().to());
    for (String key : List.of("workers", "threads", "queue_mb")) {
      assertEquals(
          inline.digest(),
          user.read(SpecFolder.LEAST, Map.of("offload." + key, "3")).digest(),
          key);
    }
    String old = inline.resolved().replaceAll("(?m)^offload:\n( .*\n)+", "");
    assertNotEquals(old, inline.resolved());
    assertEquals(List.of(), inline.differences(old, "spec.yaml"));

    Map<String, String> pool = Map.of("offload", "cuda:1");
    RunSpec asked = user.read(SpecFolder.LEAST, pool);
    assertEquals(Optional.of(new Device.Cuda(1)), asked.offload().to());
    assertTrue(asked.differences(inline).contains("offload.to: was absent, is cuda:1"));
    Map.of("offload.staleness", "1", "offload.send", "auto", "offload.type", "int8")
        .forEach(
            (key, value) -> {
              RunSpec other =
                  user.read(SpecFolder.LEAST, Map.of("offload.to", "cuda:1", key, value));
              assertEquals(1, other.differences(asked).size(), key);
              assertTrue(other.differences(asked).get(0).startsWith(key + ": was "), key);
            });
    for (String key : List.of("workers", "queue_mb")) {
      RunSpec other =
          user.read(SpecFolder.LEAST, Map.of("offload.to", "cuda:1", "offload." + key, "3"));
      assertEquals(asked.digest(), other.digest(), key);
    }
  }

  /** Nor have they a dtype. */
  @Test
  void float32IsWhatTheBaseWasHeldInBeforeThereWasAChoice() {
    RunSpec spec = user.read(SpecFolder.LEAST);
    String old = spec.resolved().replace("dtype: float32\n", "");
    assertNotEquals(old, spec.resolved());
    assertEquals(List.of(), spec.differences(old, "spec.yaml"));
    RunSpec narrow = user.read(SpecFolder.LEAST, Map.of("dtype", "bfloat16"));
    assertEquals(List.of("dtype: was absent, is bfloat16"), narrow.differences(old, "spec.yaml"));
  }

  @Test
  void aResolvedSpecIsComparedThoughItsFilesAreGone() throws IOException {
    RunSpec spec = user.read(SpecFolder.LEAST);
    String earlier = user.read(SpecFolder.LEAST.replace("train.tsv", "test.tsv")).resolved();
    Files.delete(user.folder().resolve("test.tsv"));
    assertEquals(
        List.of("data.train.file: was test.tsv, is train.tsv"),
        spec.differences(earlier, "spec.yaml"));
    assertEquals(List.of(), spec.differences(spec.resolved(), "spec.yaml"));
  }

  @Test
  void problemsFoundLaterKnowTheirLines() {
    RunSpec spec = user.read(MOST, Map.of("training.seed", "3"));
    assertEquals(
        "cola.yaml:13: adapter.target_modules: no module \"querry\"; did you mean \"query\"?",
        spec.problem("adapter.target_modules", "no module \"querry\"", "did you mean \"query\"?")
            .toString());
    assertEquals(
        "cola.yaml:4: data.train.format: x", spec.problem("data.train.format", "x", "").toString());
    assertEquals("override: training.seed: x", spec.problem("training.seed", "x", "").toString());
  }

  @Test
  void aWarmupCountsSteps() {
    assertEquals(5, new Warmup.Fraction(0.05).steps(94));
    assertEquals(0, new Warmup.Fraction(0).steps(94));
    assertEquals(10, new Warmup.Steps(10).steps(94));
  }

  @Test
  void somethingIsDueEverySoOften() {
    assertTrue(new Every.Steps(3).due(6, false));
    assertFalse(new Every.Steps(3).due(7, true));
    assertTrue(new Every.Epoch().due(7, true));
    assertFalse(new Every.Epoch().due(7, false));
    assertFalse(new Every.Never().due(7, true));
  }

  @Test
  void wordsFromOtherToolsLeadToKeysThatExist() {
    Words.keys().values().forEach(key -> assertTrue(KnownKeys.ALL.containsKey(key), key));
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    Path folder = user.folder();
    Files.writeString(folder.resolve("cola.yaml"), SpecFolder.LEAST);
    assertEquals(
        "cola.yml: does not exist; did you mean \"cola.yaml\"?",
        complaint(folder.resolve("cola.yml")));
    assertEquals("sentiment: is a folder; name a file in it: cola.yaml", complaint(folder));
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, new byte[] {'#', '\n', '#', (byte) 0xe9, '\n'});
    assertEquals(
        "latin.yaml:2: is not UTF-8 text from here on; save it as UTF-8", complaint(latin));
    Path marked = folder.resolve("marked.yaml");
    Files.writeString(marked, "\uFEFF" + SpecFolder.LEAST.replace("\n", "\r\n"));
    assertEquals("bases/minilm", RunSpec.read(marked, Map.of()).base().asWritten());
  }

  private static String complaint(Path file) {
    return assertThrows(SpecException.class, () -> RunSpec.read(file, Map.of())).getMessage();
  }
}
