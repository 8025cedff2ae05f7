package io.github.cola4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratorTest {
  private static final ToyModel MODEL = new ToyModel(7, 16, 0, List.of(3), 1, null);
  private static final List<int[]> PROMPTS =
      List.of(new int[] {1, 2}, new int[] {5}, new int[] {6, 7, 8}, new int[] {9});
  private static final GenerationSettings SETTINGS =
      GenerationSettings.DEFAULT
          .withMaxNewTokens(30)
          .withTokens(SpecialTokens.NONE.withEosTokenIds(3));
  private static final Strategy SAMPLING = new Strategy.Sampling(0.9, 10, 0.95, 42);
  private static final Strategy BEAMS = new Strategy.BeamSearch(3, 1, EarlyStopping.FALSE);

  private final List<ToyModel.Read> started = new ArrayList<>();

  static List<Strategy> strategies() {
    return List.of(new Strategy.Greedy(), SAMPLING, BEAMS);
  }

  private List<int[]> generate(GenerationSettings settings, GenerationControl control) {
    return new Generator(this::start).generate(PROMPTS, settings, control);
  }

  private Continuation start(List<int[]> prompts, int maxNewTokens) {
    ToyModel.Read read = MODEL.start(prompts, maxNewTokens);
    started.add(read);
    return read;
  }

  private static void assertSame(List<int[]> expected, List<int[]> actual) {
    assertArrayEquals(expected.toArray(), actual.toArray());
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void rowsLeaveTheBatchWhenTheyEnd(Strategy strategy) {
    List<int[]> rows = generate(SETTINGS.withStrategy(strategy), GenerationControl.NONE);
    int[] lengths = rows.stream().mapToInt(row -> row.length).toArray();
    assertTrue(Arrays.stream(lengths).distinct().count() > 1, "rows end at different lengths");
    List<Integer> widths = started.get(0).widths();
    assertEquals(PROMPTS.size(), widths.get(0), "prompts are read once, whatever the beams");
    assertTrue(widths.get(widths.size() - 1) < widths.get(1), "the batch becomes narrower");
    assertTrue(started.get(0).closed());
    if (strategy != BEAMS) {
      List<Integer> expected = new ArrayList<>();
      for (int step = 0; step < Arrays.stream(lengths).max().orElseThrow(); step++) {
        int length = step;
        expected.add((int) Arrays.stream(lengths).filter(one -> one > length).count());
      }
      assertEquals(expected, widths);
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void theListenerHearsEachTokenOnceInOrder(Strategy strategy) {
    TreeMap<Integer, List<Integer>> heard = new TreeMap<>();
    TokenListener listener =
        (row, token) -> heard.computeIfAbsent(row, r -> new ArrayList<>()).add(token);
    List<int[]> rows =
        generate(SETTINGS.withStrategy(strategy), GenerationControl.NONE.withListener(listener));
    for (int row = 0; row < rows.size(); row++) {
      assertEquals(Arrays.stream(rows.get(row)).boxed().toList(), heard.get(row), "row " + row);
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void aCallerCanCutItShort(Strategy strategy) {
    AtomicInteger asked = new AtomicInteger();
    GenerationControl control =
        GenerationControl.NONE.withAborted(() -> asked.incrementAndGet() == 2);
    assertThrows(
        CancellationException.class, () -> generate(SETTINGS.withStrategy(strategy), control));
    assertEquals(1, started.get(0).widths().size(), "one step was done");
    assertTrue(started.get(0).closed());
  }

  @Test
  void aRuleStopsTheRowsItNames() {
    StoppingRule second = (row, tokens) -> row == 1 && tokens.length == 2;
    List<int[]> free = generate(SETTINGS, GenerationControl.NONE);
    List<int[]> stopped = generate(SETTINGS, GenerationControl.NONE.withStopping(second));
    assertTrue(free.get(1).length > 2);
    List<int[]> expected = new ArrayList<>(free);
    expected.set(1, Arrays.copyOf(free.get(1), 2));
    assertSame(expected, stopped);
  }

  @Test
  void aSeedReproducesWhatWasDrawn() {
    GenerationSettings settings = SETTINGS.withStrategy(SAMPLING);
    List<int[]> once = generate(settings, GenerationControl.NONE);
    assertSame(once, generate(settings, GenerationControl.NONE));
    List<int[]> other =
        generate(
            SETTINGS.withStrategy(new Strategy.Sampling(0.9, 10, 0.95, 43)),
            GenerationControl.NONE);
    assertNotEquals(Arrays.deepToString(once.toArray()), Arrays.deepToString(other.toArray()));
  }

  @Test
  void whatARowDrawsDependsOnNoOtherRow() {
    GenerationSettings settings = SETTINGS.withStrategy(SAMPLING);
    List<int[]> together = generate(settings, GenerationControl.NONE);
    Generator generator = new Generator(MODEL);
    assertSame(together.subList(0, 2), generator.generate(PROMPTS.subList(0, 2), settings));
    List<int[]> others = List.of(new int[] {4}, PROMPTS.get(1), new int[] {4, 4});
    assertArrayEquals(together.get(1), generator.generate(others, settings).get(1));
  }

  @Test
  void likePromptsDrawDifferently() {
    List<int[]> like = List.of(PROMPTS.get(0), PROMPTS.get(0));
    List<int[]> rows = new Generator(MODEL).generate(like, SETTINGS.withStrategy(SAMPLING));
    assertNotEquals(Arrays.toString(rows.get(0)), Arrays.toString(rows.get(1)));
  }

  @Test
  void drawsFollowTheDistribution() {
    double[] wanted = {0.5, 0, 0.25, 0.15, 0.1, 0};
    int draws = 100_000;
    Random random = TokenDistribution.random(1, 0);
    int[] ofOneRow = new int[wanted.length];
    int[] ofRowsFirstTokens = new int[wanted.length];
    for (int i = 0; i < draws; i++) {
      ofOneRow[TokenDistribution.draw(wanted, random)]++;
      ofRowsFirstTokens[TokenDistribution.draw(wanted, TokenDistribution.random(1, i))]++;
    }
    for (int[] counts : List.of(ofOneRow, ofRowsFirstTokens)) {
      for (int token = 0; token < wanted.length; token++) {
        // Four standard deviations.
        double room = 4 * Math.sqrt(wanted[token] * (1 - wanted[token]) / draws);
        assertEquals(wanted[token], (double) counts[token] / draws, room, "token " + token);
      }
    }
  }

  @Test
  void oneBeamIsGreedy() {
    Strategy one = new Strategy.BeamSearch(1, 2, EarlyStopping.TRUE);
    assertSame(
        generate(SETTINGS, GenerationControl.NONE),
        generate(SETTINGS.withStrategy(one), GenerationControl.NONE));
  }

  @Test
  void whereNoTokenIsAllowedBeamSearchGivesItsBestSoFar() {
    GenerationSettings settings =
        GenerationSettings.DEFAULT.withNoRepeatNgramSize(1).withStrategy(BEAMS);
    for (int[] row : new Generator(MODEL).generate(PROMPTS, settings.withMaxNewTokens(30))) {
      assertTrue(row.length >= 13, "used up: " + Arrays.toString(row));
      assertEquals(row.length, Arrays.stream(row).distinct().count());
    }
  }

  @Test
  void whereNoTokenIsAllowedSamplingSaysSo() {
    GenerationSettings settings =
        GenerationSettings.DEFAULT
            .withNoRepeatNgramSize(1)
            .withMaxNewTokens(30)
            .withStrategy(SAMPLING);
    IllegalStateException told =
        assertThrows(IllegalStateException.class, () -> generate(settings, GenerationControl.NONE));
    assertTrue(told.getMessage().contains("no_repeat_ngram_size"), told.getMessage());
    assertTrue(started.get(0).closed());
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void logitsThatAreNotNumbersAreTold(Strategy strategy) {
    float[] logits = new float[16];
    logits[5] = Float.NaN;
    ContinuationSource broken = (prompts, most) -> new Fixed(logits);
    IllegalStateException told =
        assertThrows(
            IllegalStateException.class,
            () ->
                new Generator(broken)
                    .generate(PROMPTS.subList(0, 1), SETTINGS.withStrategy(strategy)));
    assertTrue(told.getMessage().contains("NaN as the logit of token 5"), told.getMessage());
  }

  /** Gives the same logits for ever. */
  private record Fixed(float[] logits) implements Continuation {
    @Override
    public int rows() {
      return 1;
    }

    @Override
    public int vocabulary() {
      return logits.length;
    }

    @Override
    public void append(int[] tokens) {}

    @Override
    public void select(int[] rows) {}

    @Override
    public void close() {}
  }

  @Test
  void tokensBeyondTheVocabularyAreTold() {
    GenerationSettings settings = SETTINGS.withTokens(SpecialTokens.NONE.withEosTokenIds(16));
    IllegalArgumentException told =
        assertThrows(
            IllegalArgumentException.class, () -> generate(settings, GenerationControl.NONE));
    assertEquals(
        "eos_token_id is 16, but the model's vocabulary has 16 tokens (0 to 15)",
        told.getMessage());
    assertTrue(started.get(0).closed());
  }

  @Test
  void anEmptyPromptIsTold() {
    List<int[]> prompts = List.of(new int[] {1}, new int[0]);
    IllegalArgumentException told =
        assertThrows(
            IllegalArgumentException.class, () -> new Generator(MODEL).generate(prompts, SETTINGS));
    assertTrue(told.getMessage().startsWith("prompt 1 is empty"), told.getMessage());
  }

  @Test
  void noPromptsGiveNothing() {
    assertEquals(List.of(), new Generator(this::start).generate(List.of(), SETTINGS));
    assertEquals(List.of(), started);
  }

  @Test
  void promptsStayAsTheyWere() {
    List<int[]> copies = PROMPTS.stream().map(int[]::clone).toList();
    generate(SETTINGS.withStrategy(BEAMS), GenerationControl.NONE);
    IntStream.range(0, copies.size())
        .forEach(row -> assertArrayEquals(copies.get(row), PROMPTS.get(row)));
  }
}
