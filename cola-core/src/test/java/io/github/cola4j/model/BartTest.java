package io.github.cola4j.model;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.gl.Site;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.golden.SequenceToSequenceCase;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.SequenceToSequence;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of many lengths, continuations, names in the wild, and bases that are refused. */
class BartTest {
  private static final double TOLERANCE = 1e-5;
  private static final double GRADIENTS = 1e-4;

  @TempDir private Path folder;
  private NDManager manager;
  private final GoldenCase bart =
      GoldenCase.all().stream()
          .filter(SequenceToSequenceCase.class::isInstance)
          .findFirst()
          .orElseThrow();
  private final Random random = new Random(5);

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  /** A row that is being continued. */
  private record Grown(int[] source, int[] target) {
    Grown with(int token) {
      int[] longer = Arrays.copyOf(target, target.length + 1);
      longer[target.length] = token;
      return new Grown(source, longer);
    }
  }

  @Test
  void aTokenAtATimeGivesWhatTheWholeTargetGives() {
    List<Grown> rows =
        IntStream.of(3, 12, 5, 12).mapToObj(n -> new Grown(ids(n), new int[0])).toList();
    // As beams do: rows are repeated, exchanged for others of their source, and left out.
    Map<Integer, int[]> selections =
        Map.of(3, new int[] {1, 2, 2, 0, 3}, 4, new int[] {0, 2, 1, 3, 4}, 6, new int[] {4, 1, 0});
    Tokens sources = tokens(rows.stream().map(Grown::source).toArray(int[][]::new));
    try (Weights weights = bart.weights();
        Bart model = (Bart) bart.model(manager, weights);
        Decoding decoding = model.decode(manager, sources, 6)) {
      for (int step = 0; step <= 6; step++) {
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
          for (int row = 0; row < rows.size(); row++) {
            assertNear(
                logits.get(row).toFloatArray(),
                nextLogits(model, rows.get(row)),
                TOLERANCE,
                "row %d at step %d".formatted(row, step));
          }
        }
      }
    }
  }

  private static List<Grown> grown(List<Grown> rows, int[] added) {
    return IntStream.range(0, added.length).mapToObj(i -> rows.get(i).with(added[i])).toList();
  }

  private float[] nextLogits(Bart model, Grown row) {
    try (Scope scope = Scope.open(manager)) {
      int[] read = new int[row.target.length + 1];
      read[0] = model.startToken();
      System.arraycopy(row.target, 0, read, 1, row.target.length);
      int[] last = {read.length - 1};
      NDArray hidden = model.hidden(pass(scope), tokens(row.source), tokens(read), last);
      return model.vocabulary().logits(hidden).toFloatArray();
    }
  }

  @Test
  void whatIsLongerThanThePositionsIsRefused() {
    int positions = bart.config().get("max_position_embeddings").asInt();
    try (Weights weights = bart.weights();
        Bart model = (Bart) bart.model(manager, weights)) {
      Tokens source = tokens(ids(4));
      model.decode(manager, source, positions - 1).close();
      ModelException target =
          assertThrows(ModelException.class, () -> model.decode(manager, source, positions));
      assertTrue(target.getMessage().contains("lower max_new_tokens"), target.getMessage());
      Tokens longer = tokens(ids(positions + 1));
      ModelException refused =
          assertThrows(ModelException.class, () -> model.decode(manager, longer, 3));
      assertTrue(refused.getMessage().contains("a row has " + (positions + 1)));
    }
  }

  /** Neither lengths of sources nor of targets rise evenly, and some blocks are padded. */
  @Test
  void packedRowsAreAsEachRowAlone() {
    int[] sources = {3, 7, 7, 8, 9, 20, 21, 40};
    int[] targets = {6, 2, 30, 7, 6, 1, 11, 12};
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < sources.length; i++) {
      rows.add(new Example(ids(sources[i]), new int[sources[i]], ids(targets[i]), 0, i));
    }
    int items = IntStream.of(targets).sum();
    try (Weights weights = bart.weights();
        Bart model = (Bart) bart.model(manager, weights);
        SequenceToSequence task = new SequenceToSequence(manager, model)) {
      Measured together = measured(model, task, rows);
      double loss = 0;
      Map<String, List<float[]>> gradients = new LinkedHashMap<>();
      for (Example row : rows) {
        Measured alone = measured(model, task, List.of(row));
        double share = (double) row.labels().length / items;
        loss += share * alone.loss;
        alone.gradients.forEach(
            (site, gradient) ->
                gradients
                    .computeIfAbsent(site, name -> new ArrayList<>())
                    .add(scaled(gradient, share)));
      }
      assertNear(together.loss, loss, TOLERANCE, "loss");
      assertEquals(
          bart.tensors("sites.safetensors").size(), 2 * gradients.size(), "all modules are sites");
      gradients.forEach(
          (site, alone) ->
              assertNear(together.gradients.get(site), joined(alone), GRADIENTS, site));
    }
  }

  private record Measured(double loss, Map<String, float[]> gradients) {}

  private Measured measured(Bart model, SequenceToSequence task, List<Example> rows) {
    List<Site> sites =
        GoldenCase.linears(model).values().stream().map(module -> site(module)).toList();
    Map<String, float[]> gradients = new HashMap<>();
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(new AdaptedModules(sites, false), scope.manager(), new HostArena(), null);
      Loss loss = task.loss(pass, PackedBatch.of(rows));
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> gradients.put(data.site().name(), data.hiddenGradient().toFloatArray()));
      return new Measured(loss.mean().getFloat(), gradients);
    }
  }

  private Site site(Linear module) {
    return new Site(
        module, LinearAdapter.fresh(manager, Start.linear(module.in(), module.out()), false));
  }

  private static float[] scaled(float[] values, double by) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = (float) (values[i] * by);
    }
    return scaled;
  }

  private static float[] joined(List<float[]> parts) {
    float[] joined = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  @Test
  void theEncoderIsNotRecordedForSitesOfTheDecoder() {
    Example row = new Example(ids(9), new int[9], ids(4), 0, 0);
    try (Weights weights = bart.weights();
        Bart model = (Bart) bart.model(manager, weights);
        SequenceToSequence task = new SequenceToSequence(manager, model);
        Scope scope = Scope.open(manager)) {
      List<Site> sites =
          GoldenCase.linears(model).values().stream()
              .filter(module -> module.name().contains(".decoder."))
              .map(this::site)
              .toList();
      Shares pass =
          new Shares(
              new ServerPass(
                  new AdaptedModules(sites, false), scope.manager(), new HostArena(), null),
              new HashMap<>());
      task.loss(pass, PackedBatch.of(List.of(row)));
      assertEquals(Set.of(9L, 4L), pass.cuts.keySet());
      assertEquals(0, pass.cuts.get(9L), "cuts among the source's tokens");
      assertTrue(pass.cuts.get(4L) > 0, "the target's tokens are cut");
    }
  }

  /**
   * Counts where the graph is really cut.
   *
   * @param cuts by the number of tokens
   */
  private record Shares(ServerPass pass, Map<Long, Integer> cuts) implements ForwardPass {
    @Override
    public NDManager manager() {
      return pass.manager();
    }

    @Override
    public HostArena arena() {
      return pass.arena();
    }

    @Override
    public NDArray share(NDArray x) {
      NDArray shared = pass.share(x);
      cuts.merge(x.getShape().get(0), shared == x ? 0 : 1, Integer::sum);
      return shared;
    }

    @Override
    public NDArray linear(LinearGroup group, NDArray x, Packing packing) {
      return pass.linear(group, x, packing);
    }

    @Override
    public NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen) {
      return pass.module(module, x, packing, frozen);
    }

    @Override
    public boolean training() {
      return pass.training();
    }

    @Override
    public NDArray dropout(long count, double p) {
      return pass.dropout(count, p);
    }
  }

  @Test
  void theBareModelsNamesAndTiedCopiesAreFound() {
    Map<String, HostTensor> tensors = stored();
    Map<String, HostTensor> bare = new HashMap<>();
    HostTensor words = tensors.get("model.shared.weight");
    tensors.forEach((name, tensor) -> bare.put(name.replaceFirst("^model\\.", ""), tensor));
    bare.remove("shared.weight");
    bare.remove("final_logits_bias");
    bare.put("encoder.embed_tokens.weight", words);
    bare.put("decoder.embed_tokens.weight", words);
    try (Weights weights = saved(bare);
        Bart model = (Bart) bart.model(manager, weights);
        SequenceToSequence task = new SequenceToSequence(manager, model);
        Scope scope = Scope.open(manager)) {
      assertEquals("encoder.embed_tokens.weight", model.tensorNames().get("model.shared.weight"));
      assertEquals(tensors.size() - 1, model.tensorNames().size(), "each tensor once");
      assertNear(
          task.loss(pass(scope), bart.batch).mean().getFloat(), bart.loss, TOLERANCE, "loss");
    }
  }

  @Test
  void embeddedWordsAreScaledWithTheRootOfTheirSize() {
    Map<String, HostTensor> tensors = stored();
    HostTensor words = tensors.get("model.shared.weight");
    double root = Math.sqrt(words.shape().get(1));
    tensors.put(
        "model.shared.weight",
        HostTensor.floats(scaled(words.toFloats(), 1 / root), words.shape().getShape()));
    ObjectNode config = (ObjectNode) bart.config();
    config.put("scale_embedding", true);
    try (Weights weights = bart.weights();
        Weights smaller = saved(tensors);
        Bart plain = (Bart) bart.model(manager, weights);
        Bart scaled = Bart.load(manager, config, smaller, WeightType.FLOAT32);
        Scope scope = Scope.open(manager)) {
      int[] all = {0, 1, 2};
      Tokens source = tokens(ids(5));
      NDArray expected = plain.hidden(pass(scope), source, tokens(all), all);
      NDArray actual = scaled.hidden(pass(scope), source, tokens(all), all);
      assertNear(actual.toFloatArray(), expected.toFloatArray(), TOLERANCE, "hidden states");
    }
  }

  @Test
  void theHeadsBiasIsAdded() {
    Map<String, HostTensor> tensors = stored();
    int size = (int) tensors.get("final_logits_bias").shape().size();
    float[] bias = new float[size];
    for (int i = 0; i < size; i++) {
      bias[i] = (float) random.nextGaussian();
    }
    float[] before = nextLogits(tensors);
    tensors.put("final_logits_bias", HostTensor.floats(bias, 1, size));
    float[] after = nextLogits(tensors);
    for (int i = 0; i < size; i++) {
      assertEquals(before[i] + bias[i], after[i], 1e-4);
    }
  }

  private float[] nextLogits(Map<String, HostTensor> tensors) {
    try (Weights weights = saved(tensors);
        Bart model = (Bart) bart.model(manager, weights)) {
      return nextLogits(model, new Grown(new int[] {5, 6, 7}, new int[] {8}));
    }
  }

  @Test
  void tiedCopiesThatDifferAreRefused() {
    Map<String, HostTensor> tensors = stored();
    HostTensor words = tensors.get("model.shared.weight");
    float[] other = words.toFloats();
    other[7] += 1;
    tensors.put("lm_head.weight", HostTensor.floats(other, words.shape().getShape()));
    try (Weights weights = saved(tensors)) {
      ModelException refused =
          assertThrows(ModelException.class, () -> bart.model(manager, weights));
      assertTrue(
          refused.getMessage().contains("model.shared.weight and lm_head.weight differ"),
          refused.getMessage());
    }
  }

  private Map<String, HostTensor> stored() {
    return new HashMap<>(bart.tensors("checkpoint", "model.safetensors"));
  }

  private Weights saved(Map<String, HostTensor> tensors) {
    Path file = folder.resolve("model-" + random.nextInt(1 << 20) + ".safetensors");
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    return Safetensors.open(file);
  }

  @ParameterizedTest
  @CsvSource({
    "activation_function, \"quick_gelu\", activation_function is quick_gelu; built are gelu",
    "tie_word_embeddings, false, tie_word_embeddings is false",
    "is_encoder_decoder, false, is_encoder_decoder is false",
    "is_decoder, true, is_decoder is true",
    "add_cross_attention, true, add_cross_attention is true",
    "normalize_before, true, normalize_before is true",
    "normalize_embedding, false, normalize_embedding is false",
    "static_position_embeddings, true, static_position_embeddings is true",
    "quantization_config, {}, quantization_config is set; only unquantized weights are read, name the model that these were made from",
    "encoder_layerdrop, 0.1, encoder_layerdrop is 0.1; leaving out layers while training",
    "decoder_layerdrop, 0.2, decoder_layerdrop is 0.2; leaving out layers while training",
    "encoder_attention_heads, 5, is no multiple of encoder_attention_heads 5",
    "decoder_attention_heads, 7, is no multiple of decoder_attention_heads 7",
    "d_model, \"many\", d_model is \"many\"; a whole number above 0 is needed",
    "dropout, 1, dropout is 1; a number from 0 to below 1 is needed",
    "decoder_start_token_id, 100000, decoder_start_token_id is 100000",
    "vocab_size, 99, tensor model.shared.weight has shape",
    "encoder_layers, 9, the base has no tensor model.encoder.layers.",
    "max_position_embeddings, 9, tensor model.encoder.embed_positions.weight has shape"
  })
  void whatIsNotBuiltOrDoesNotFitIsRefusedByName(String key, String value, String expected)
      throws Exception {
    ObjectNode config = (ObjectNode) bart.config();
    config.set(key, new ObjectMapper().readTree(value));
    try (Weights weights = bart.weights()) {
      ModelException refused =
          assertThrows(
              ModelException.class,
              () -> Architectures.sequenceToSequence(manager, config, weights, WeightType.FLOAT32));
      assertTrue(
          refused.getMessage().contains(expected),
          () -> refused.getMessage() + "\n should contain: " + expected);
    }
  }

  private int[] ids(int length) {
    return random.ints(length, 5, 290).toArray();
  }

  private static Tokens tokens(int[]... rows) {
    Packing packing = new Packing(Arrays.stream(rows).mapToInt(row -> row.length).toArray());
    int[] ids = Arrays.stream(rows).flatMapToInt(IntStream::of).toArray();
    return new Tokens(packing, ids, new int[ids.length]);
  }

  private static InferencePass pass(Scope scope) {
    return new InferencePass(
        new AdaptedModules(List.of(), false), scope.manager(), new HostArena());
  }
}
