package io.github.cola4j.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.generate.EarlyStopping;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.Generator;
import io.github.cola4j.generate.Strategy;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.golden.SequenceToSequenceCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Token for token what transformers generates: each prompt alone, and all of them, of different
 * lengths, in one batch.
 */
class GenerationGoldenTest {
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

  static List<GoldenCase> references() {
    List<GoldenCase> generating =
        GoldenCase.all().stream()
            .filter(reference -> Files.exists(reference.file("generate.json")))
            .toList();
    assertFalse(generating.isEmpty(), "there are reference values of generation");
    return generating;
  }

  /**
   * Prompts, and how they go on.
   *
   * @param continuations without prompt or start token, up to the end token
   */
  private record Run(List<int[]> prompts, List<int[]> continuations) {}

  @ParameterizedTest
  @MethodSource("references")
  void greedyEqualsTransformers(GoldenCase reference) {
    check(reference, new Strategy.Greedy(), run(reference, "greedy"), "greedy");
    if (!(reference instanceof SequenceToSequenceCase)) {
      check(reference, new Strategy.Greedy(), leftPadded(reference), "left-padded, greedy");
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void beamSearchEqualsTransformers(GoldenCase reference) {
    JsonNode beams = reference.json("generate.json").get("beam_settings");
    Strategy strategy =
        new Strategy.BeamSearch(
            beams.get("num_beams").asInt(),
            beams.get("length_penalty").asDouble(),
            beams.get("early_stopping").asBoolean() ? EarlyStopping.TRUE : EarlyStopping.FALSE);
    check(reference, strategy, run(reference, "beam"), "beam search");
  }

  private void check(GoldenCase reference, Strategy strategy, Run run, String what) {
    BaseFolder base = BaseFolder.open(reference.file("checkpoint"));
    GenerationSettings settings =
        GenerationDefaults.of(base)
            .withStrategy(strategy)
            .withMaxNewTokens(reference.json("generate.json").get("max_new_tokens").asInt());
    try (Weights weights = base.weights();
        BaseModel model = reference.model(manager, weights);
        AdaptedModel adapted = AdaptedModel.bare(manager, model)) {
      HostArena arena = new HostArena();
      Generator generator =
          new Generator(
              (rows, most) -> new ModelContinuation(adapted, Routing.ONE, arena, rows, most));
      List<int[]> together = generator.generate(run.prompts, settings);
      for (int i = 0; i < run.prompts.size(); i++) {
        int[] expected = run.continuations.get(i);
        assertArrayEquals(expected, together.get(i), what + ", row " + i + " of the batch");
        int[] alone = generator.generate(List.of(run.prompts.get(i)), settings).get(0);
        assertArrayEquals(expected, alone, what + ", row " + i + " alone");
      }
    }
  }

  private static Run run(GoldenCase reference, String key) {
    JsonNode given = reference.json("generate.json");
    List<int[]> whole = rows(given.get(key));
    List<int[]> prompts;
    List<int[]> continuations = new ArrayList<>();
    if (reference instanceof SequenceToSequenceCase) {
      prompts = sources(reference);
      whole.forEach(row -> continuations.add(ended(reference, row, 1)));
    } else {
      prompts = rows(given.get("prompts"));
      for (int i = 0; i < prompts.size(); i++) {
        continuations.add(ended(reference, whole.get(i), prompts.get(i).length));
      }
    }
    return new Run(prompts, continuations);
  }

  private static Run leftPadded(GoldenCase reference) {
    JsonNode given = reference.json("generate.json");
    List<int[]> ids = rows(given.at("/left_padded/input_ids"));
    List<int[]> masks = rows(given.at("/left_padded/attention_mask"));
    List<int[]> whole = rows(given.get("left_padded_greedy"));
    List<int[]> prompts = new ArrayList<>();
    List<int[]> continuations = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      prompts.add(real(ids.get(i), masks.get(i)));
      continuations.add(ended(reference, whole.get(i), ids.get(i).length));
    }
    return new Run(prompts, continuations);
  }

  /** The encoder's inputs in the order of the reference, without padding. */
  private static List<int[]> sources(GoldenCase reference) {
    int[][] sources = new int[reference.batch.size()][];
    for (int i = 0; i < sources.length; i++) {
      int first = reference.batch.packing().offsets()[i];
      int length = reference.batch.packing().lengths()[i];
      sources[reference.batch.rows()[i]] =
          Arrays.copyOfRange(reference.batch.ids(), first, first + length);
    }
    return List.of(sources);
  }

  private static int[] real(int[] ids, int[] mask) {
    return IntStream.range(0, ids.length).filter(i -> mask[i] != 0).map(i -> ids[i]).toArray();
  }

  /** What follows the prefix, up to the first end token; behind it is padding. */
  private static int[] ended(GoldenCase reference, int[] row, int prefix) {
    int end = reference.config().get("eos_token_id").asInt();
    int length = prefix;
    while (length < row.length && row[length] != end) {
      length++;
    }
    return Arrays.copyOfRange(row, prefix, Math.min(length + 1, row.length));
  }

  private static List<int[]> rows(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> IntStream.range(0, row.size()).map(i -> row.get(i).asInt()).toArray())
        .toList();
  }
}
