package io.github.cola4j.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.generate.GenerationControl;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.Strategy;
import io.github.cola4j.golden.Golden;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.spec.Task;
import io.github.cola4j.tensor.Torch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model in a service's hands; PEFT's adapters on the golden bases. */
class PredictorTest {
  private static final int THREADS = 8;
  private static final List<String> TEXTS =
      List.of(
          "The sailors rode the breeze clear of the rocks.",
          "Somebody just left - guess who.",
          "a charming and often affecting journey",
          "name[Blue Spice]");

  @TempDir Path folder;

  @BeforeAll
  static void oneThreadForEachCall() {
    Torch.start(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void manyThreadsClassifyAsOneDoes(String name) throws Exception {
    try (Predictor predictor = adapted(name, PredictorOptions.DEFAULT)) {
      List<Text> texts = TEXTS.stream().map(Text::of).toList();
      List<Classification> alone =
          texts.stream().map(t -> predictor.classify(List.of(t)).get(0)).toList();
      List<List<Classification>> all = together(() -> predictor.classify(texts));
      for (List<Classification> together : all) {
        for (int i = 0; i < texts.size(); i++) {
          assertEquals(alone.get(i).label(), together.get(i).label());
          assertEquals(alone.get(i).probability(), together.get(i).probability(), 1e-5);
          double sum = together.get(i).probabilities().values().stream().mapToDouble(p -> p).sum();
          assertEquals(1, sum, 1e-5);
        }
      }
      assertEquals(predictor.labels(), List.copyOf(alone.get(0).probabilities().keySet()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "mistral", "bart"})
  void manyThreadsGenerateAsOneDoes(String name) throws Exception {
    try (Predictor predictor = adapted(name, PredictorOptions.DEFAULT)) {
      for (Strategy strategy : List.of(new Strategy.Greedy(), new Strategy.Sampling(1, 0, 1, 5))) {
        GenerationSettings settings =
            predictor.generationSettings().withMaxNewTokens(10).withStrategy(strategy);
        List<String> alone = predictor.generate(TEXTS, settings);
        for (List<String> other : together(() -> predictor.generate(TEXTS, settings))) {
          assertEquals(alone, other);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "llama"})
  void mergedAndBesideGiveTheSame(String name) {
    try (Predictor merged = adapted(name, PredictorOptions.DEFAULT);
        Predictor beside = adapted(name, PredictorOptions.DEFAULT.withMerged(false));
        Predictor bare = Predictor.open(base(name), PredictorOptions.DEFAULT)) {
      if (merged.labels().isEmpty()) {
        assertEquals(beside.generate(TEXTS.get(0)), merged.generate(TEXTS.get(0)));
        assertNotEquals(bare.generate(TEXTS.get(0)), merged.generate(TEXTS.get(0)));
      } else {
        double probability = merged.classify(TEXTS.get(0)).probability();
        assertEquals(beside.classify(TEXTS.get(0)).probability(), probability, 1e-5);
        assertTrue(Math.abs(bare.classify(TEXTS.get(0)).probability() - probability) > 1e-4);
      }
    }
  }

  @Test
  void closingWaitsForCallsThatAreUnderWay() throws Exception {
    Predictor predictor = adapted("llama", PredictorOptions.DEFAULT);
    CountDownLatch begun = new CountDownLatch(1);
    GenerationControl telling =
        GenerationControl.NONE.withListener((row, token) -> begun.countDown());
    GenerationSettings settings = predictor.generationSettings().withMaxNewTokens(24);
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      Future<List<String>> running =
          one.submit(() -> predictor.generate(TEXTS, settings, List.of(), telling));
      assertTrue(begun.await(1, TimeUnit.MINUTES));
      predictor.close();
      assertEquals(TEXTS.size(), running.get(1, TimeUnit.MINUTES).size());
    } finally {
      one.shutdownNow();
    }
    predictor.close();
    IllegalStateException closed =
        assertThrows(IllegalStateException.class, () -> predictor.generate("a"));
    assertEquals("the predictor is closed", closed.getMessage());
  }

  @Test
  void writingEndsAtAStopText() {
    try (Predictor predictor = adapted("gpt2", PredictorOptions.DEFAULT)) {
      GenerationSettings settings = predictor.generationSettings().withMaxNewTokens(20);
      String whole = predictor.generate(TEXTS.get(0), settings);
      String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 1);
      String cut =
          predictor
              .generate(List.of(TEXTS.get(0)), settings, List.of(stop), GenerationControl.NONE)
              .get(0);
      assertEquals(whole.substring(0, whole.indexOf(stop)), cut);
    }
  }

  @Test
  void aCallKeepsNoMemory() throws Exception {
    try (Predictor predictor = adapted("llama", PredictorOptions.DEFAULT)) {
      GenerationSettings settings = predictor.generationSettings().withMaxNewTokens(8);
      for (int i = 0; i < 30; i++) {
        predictor.generate(TEXTS, settings);
      }
      long before = residentKilobytes();
      for (int i = 0; i < 120; i++) {
        predictor.generate(TEXTS, settings);
      }
      long grown = residentKilobytes() - before;
      assertTrue(grown < 24 * 1024, () -> grown + " kB more after 120 calls");
    }
  }

  @Test
  void whatAModelIsNotForIsSaid() {
    try (Predictor classifier = adapted("bert", PredictorOptions.DEFAULT);
        Predictor writer = adapted("gpt2", PredictorOptions.DEFAULT)) {
      assertEquals(
          "a model for sequence-classification writes no text",
          assertThrows(IllegalStateException.class, () -> classifier.generate("a")).getMessage());
      assertEquals(
          "a model for causal-lm cannot classify",
          assertThrows(IllegalStateException.class, () -> writer.classify("a")).getMessage());
      assertTrue(
          assertThrows(
                  IllegalStateException.class,
                  () -> writer.chat(List.of(new Message("user", "a")), writer.generationSettings()))
              .getMessage()
              .startsWith("the base has no chat template"));
      GenerationSettings tooMany = writer.generationSettings().withMaxNewTokens(4000);
      assertTrue(
          assertThrows(ModelException.class, () -> writer.generate("a", tooMany))
              .getMessage()
              .contains("lower max_new_tokens"));
    }
  }

  @Test
  void aTextThatIsEmptyIsRefused() {
    try (Predictor writer = adapted("gpt2", PredictorOptions.DEFAULT)) {
      assertThrows(IllegalArgumentException.class, () -> writer.generate(""));
    }
  }

  /** transformers warns; here nobody would read it. */
  @Test
  void aHeadThatNobodyTrainedDoesNotAnswer() {
    ModelException refused =
        assertThrows(
            ModelException.class,
            () ->
                Predictor.open(
                    base("llama"),
                    PredictorOptions.DEFAULT.withTask(Task.SEQUENCE_CLASSIFICATION)));
    assertTrue(refused.getMessage().contains("the base has no score"), refused.getMessage());
  }

  @Test
  void aCallCannotCloseWhatItIsIn() {
    Predictor writer = adapted("gpt2", PredictorOptions.DEFAULT);
    GenerationControl closing = GenerationControl.NONE.withListener((row, token) -> writer.close());
    GenerationSettings settings = writer.generationSettings();
    assertThrows(
        IllegalStateException.class,
        () -> writer.generate(List.of(TEXTS.get(0)), settings, List.of(), closing));
    assertNotEquals("", writer.generate(TEXTS.get(0)));
    writer.close();
  }

  /** As a service does, which never heard of the engine. */
  @Test
  void nothingNeedsToBeStartedBefore() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Fresh.class.getName(),
                base("gpt2").toString())
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), told);
    assertTrue(told.contains("it wrote"), told);
  }

  /** A JVM of its own. */
  static final class Fresh {
    private Fresh() {}

    public static void main(String[] arguments) {
      try (Predictor writer = Predictor.open(Path.of(arguments[0]), PredictorOptions.DEFAULT)) {
        writer.generate("a");
        System.out.println("it wrote");
      }
    }
  }

  @Test
  void anAdapterOfAnotherBaseIsRefused() {
    ModelException refused =
        assertThrows(
            ModelException.class,
            () ->
                Predictor.open(
                    base("gpt2"), Golden.file("llama", "peft"), PredictorOptions.DEFAULT));
    assertTrue(refused.getMessage().contains("made for another base"), refused.getMessage());
  }

  private static Predictor adapted(String name, PredictorOptions options) {
    return Predictor.open(base(name), Golden.file(name, "peft"), options);
  }

  private static Path base(String name) {
    return Golden.file(name, "checkpoint");
  }

  /** What so many threads get who call at once, several times. */
  private static <T> List<T> together(Callable<T> call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<T>> calls =
          IntStream.range(0, 3 * THREADS).<Callable<T>>mapToObj(i -> call).toList();
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(calls, 3, TimeUnit.MINUTES)) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static long residentKilobytes() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new AssertionError("no VmRSS");
  }
}
