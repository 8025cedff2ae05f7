package io.github.cola4j.model;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.gl.Site;
import io.github.cola4j.golden.CausalCase;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.task.CausalLanguageModeling;
import io.github.cola4j.task.Loss;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What decoder-only models make of a row depends on no other row, nor on how it came together. */
class DecoderRowsTest {
  private static final double TOLERANCE = 1e-5;
  private static final double NOISE = 1e-6; // of the whole batch's gradient

  private final Random random = new Random(5);
  private NDManager manager;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  static List<CausalCase> references() {
    List<CausalCase> causal = CausalCase.causals();
    assertTrue(!causal.isEmpty(), "there are reference values of decoder-only models");
    return causal;
  }

  /**
   * Some blocks are padded, some rows are longer than a window; prompts are not labelled, nor is
   * the one token of the shortest row.
   */
  @ParameterizedTest
  @MethodSource("references")
  void packedRowsAreAsEachRowAlone(CausalCase reference) {
    int[] lengths = {12, 3, 2, 9, 2, 1, 21, 20, 40, 8, 7};
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      int[] ids = ids(lengths[i]);
      int[] labels = ids.clone();
      Arrays.fill(labels, 0, i % 3 == 0 ? lengths[i] / 2 : 0, Example.NO_LABEL);
      rows.add(new Example(ids, new int[ids.length], labels, 0, i));
    }
    try (Weights weights = reference.weights();
        CausalLanguageModel model = reference.model(manager, weights);
        CausalLanguageModeling task = new CausalLanguageModeling(manager, model)) {
      Measured together = measured(model, task, rows);
      int items = together.items;
      double loss = 0;
      int counted = 0;
      for (Example row : rows) {
        if (row.length() == 1) { // nothing tells its token
          together.gradients.values().forEach(g -> assertEquals(0, squares(g.get(row.row()))));
          continue;
        }
        Measured alone = measured(model, task, List.of(row));
        loss += alone.loss * alone.items;
        counted += alone.items;
        assertEquals(together.gradients.keySet(), alone.gradients.keySet());
        for (String site : alone.gradients.keySet()) {
          float[] sums = scaled(alone.gradients.get(site).get(row.row()), alone.items);
          Map<Integer, float[]> whole = together.gradients.get(site);
          float[] packed = scaled(whole.get(row.row()), items);
          double noise =
              NOISE * items * Math.sqrt(whole.values().stream().mapToDouble(v -> squares(v)).sum());
          // Whoever sees one token alone has no choice among keys: that gradient is zero.
          if (Math.sqrt(squares(packed)) > noise || Math.sqrt(squares(sums)) > noise) {
            assertNear(packed, sums, TOLERANCE, site + " of row " + row.row());
          } else {
            assertTrue(row.length() == 2 && site.matches(".*[qk]_proj"), site + " has none");
          }
        }
      }
      assertEquals(items, counted, "labelled tokens");
      assertNear(together.loss * items, loss, TOLERANCE, "sum of losses");
    }
  }

  /**
   * @param loss the mean
   * @param gradients of the mean, by site and row
   */
  private record Measured(double loss, int items, Map<String, Map<Integer, float[]>> gradients) {}

  private Measured measured(
      CausalLanguageModel model, CausalLanguageModeling task, List<Example> rows) {
    List<Site> sites = GoldenCase.linears(model).values().stream().map(this::site).toList();
    Map<String, Map<Integer, float[]>> gradients = new HashMap<>();
    PackedBatch batch = PackedBatch.of(rows);
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(new AdaptedModules(sites, false), scope.manager(), new HostArena(), null);
      Loss loss = task.loss(pass, batch);
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> gradients.put(data.site().name(), byRow(batch, data.hiddenGradient())));
      assertEquals(sites.size(), gradients.size(), "all modules are sites");
      return new Measured(loss.mean().getFloat(), task.items(batch), gradients);
    }
  }

  private Site site(Linear module) {
    return new Site(
        module,
        LinearAdapter.fresh(
            manager, Start.linear(module.in(), module.out()), module.bias() != null));
  }

  private static Map<Integer, float[]> byRow(PackedBatch batch, NDArray packed) {
    assertEquals(batch.packing().tokens(), packed.getShape().get(0), "tokens with a gradient");
    float[] values = packed.toFloatArray();
    int width = (int) packed.getShape().get(1);
    Map<Integer, float[]> rows = new HashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      int from = batch.packing().offsets()[i] * width;
      int to = from + batch.packing().lengths()[i] * width;
      rows.put(batch.rows()[i], Arrays.copyOfRange(values, from, to));
    }
    return rows;
  }

  private static double squares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  private static float[] scaled(float[] values, int by) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = values[i] * by;
    }
    return scaled;
  }

  /** As beams do, rows are left out, repeated and reordered; they outgrow the window. */
  @ParameterizedTest
  @MethodSource("references")
  void aTokenAtATimeGivesWhatTheWholeRowGives(CausalCase reference) {
    List<int[]> rows = new ArrayList<>();
    for (int length : new int[] {3, 12, 1, 5, 12, 24}) {
      rows.add(ids(length));
    }
    Map<Integer, int[]> selections =
        Map.of(
            2, new int[] {1, 1, 0, 4, 3, 5, 2},
            3, new int[] {6, 5, 4, 3, 2, 1, 0, 0},
            6, new int[] {7, 2},
            9, new int[] {1, 0, 1});
    try (Weights weights = reference.weights();
        CausalLanguageModel model = reference.model(manager, weights);
        Decoding decoding = model.decode(manager, tokens(rows), 16)) {
      for (int step = 0; step <= 16; step++) {
        int[] chosen = selections.get(step);
        if (chosen != null) {
          decoding.select(chosen);
          rows = IntStream.of(chosen).mapToObj(rows::get).toList();
        }
        try (Scope scope = Scope.open(manager)) {
          NDArray logits;
          if (step == 0) {
            logits = decoding.begin(pass(scope));
          } else {
            int[] added = ids(rows.size());
            rows = grown(rows, added);
            logits = decoding.append(pass(scope), added);
          }
          assertEquals(rows.size(), logits.getShape().get(0));
          for (int row = 0; row < rows.size(); row++) {
            assertNear(
                logits.get(row).toFloatArray(),
                lastLogits(model, rows.get(row)),
                TOLERANCE,
                "row %d at step %d".formatted(row, step));
          }
        }
      }
    }
  }

  private float[] lastLogits(CausalLanguageModel model, int[] row) {
    try (Scope scope = Scope.open(manager)) {
      int[] last = {row.length - 1};
      NDArray hidden = model.hidden(pass(scope), tokens(List.of(row)), last);
      return model.vocabulary().logits(hidden).toFloatArray();
    }
  }

  private static List<int[]> grown(List<int[]> rows, int[] added) {
    List<int[]> grown = new ArrayList<>();
    for (int i = 0; i < added.length; i++) {
      int[] longer = Arrays.copyOf(rows.get(i), rows.get(i).length + 1);
      longer[longer.length - 1] = added[i];
      grown.add(longer);
    }
    return grown;
  }

  @ParameterizedTest
  @MethodSource("references")
  void whatIsLongerThanThePositionsIsRefused(CausalCase reference) {
    try (Weights weights = reference.weights();
        CausalLanguageModel model = reference.model(manager, weights);
        Scope scope = Scope.open(manager)) {
      int most = model.maxTokens();
      Tokens prompt = tokens(List.of(ids(4)));
      model.decode(manager, prompt, most - 4).close();
      ModelException refused =
          assertThrows(ModelException.class, () -> model.decode(manager, prompt, most - 3));
      assertTrue(refused.getMessage().contains("lower max_new_tokens"), refused::getMessage);
      Tokens longer = tokens(List.of(ids(most + 1)));
      int[] last = {most};
      ModelException row =
          assertThrows(ModelException.class, () -> model.hidden(pass(scope), longer, last));
      assertTrue(row.getMessage().contains("a row has " + (most + 1) + " tokens"));
    }
  }

  private int[] ids(int length) {
    return random.ints(length, 5, 290).toArray();
  }

  private static Tokens tokens(List<int[]> rows) {
    Packing packing = new Packing(rows.stream().mapToInt(row -> row.length).toArray());
    int[] ids = rows.stream().flatMapToInt(Arrays::stream).toArray();
    return new Tokens(packing, ids, new int[ids.length]);
  }

  private static InferencePass pass(Scope scope) {
    return new InferencePass(
        new AdaptedModules(List.of(), false), scope.manager(), new HostArena());
  }
}
