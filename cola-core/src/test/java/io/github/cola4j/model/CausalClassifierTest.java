package io.github.cola4j.model;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.MergedWeights;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.gl.Site;
import io.github.cola4j.golden.CausalCase;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.SequenceClassification;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Equal to transformers' classifiers on a batch in which one row's text ends in padding tokens and
 * another's is nothing else; expected values by {@code
 * src/test/python/generate_causal_classifiers.py}.
 */
class CausalClassifierTest {
  private static final double TOLERANCE = 1e-5;
  private static final int CLASSES = 3;
  private static final double LEARNING_RATE = 1e-2;

  private final HostArena arena = new HostArena();
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

  private static Path folder(String name) {
    return Path.of("src/test/resources/io/github/cola4j/model/classifiers", name);
  }

  private CausalClassifier model(BaseFolder base, Weights weights) {
    return CausalClassifier.load(manager, base.config(), weights, WeightType.FLOAT32, CLASSES, 0);
  }

  private static Map<String, HostTensor> values(String name) {
    try (Safetensors file = Safetensors.open(folder(name).resolve("values.safetensors"))) {
      return file.names().stream().collect(Collectors.toMap(Function.identity(), file::read));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "gpt2"})
  void logitsAreOfEachRowsLastTokenThatIsNoPadding(String name) {
    Map<String, HostTensor> expected = values(name);
    PackedBatch batch = batch(expected);
    BaseFolder base = BaseFolder.open(folder(name));
    try (Weights weights = base.weights();
        CausalClassifier model = model(base, weights);
        Scope scope = Scope.open(manager)) {
      InferencePass pass =
          new InferencePass(new AdaptedModules(List.of(), false), scope.manager(), arena);
      Tokens tokens = new Tokens(batch.packing(), batch.ids(), batch.types());
      float[] logits = model.logits(pass, tokens).toFloatArray();
      assertNear(logits, packed(batch, expected.get("logits")), TOLERANCE, "logits");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "gpt2"})
  void lossAndGradientsAreTransformers(String name) {
    Map<String, HostTensor> expected = values(name);
    PackedBatch batch = batch(expected);
    BaseFolder base = BaseFolder.open(folder(name));
    try (Weights weights = base.weights();
        CausalClassifier model = model(base, weights);
        SequenceClassification task = new SequenceClassification(manager, model);
        Scope scope = Scope.open(manager)) {
      Linear score = model.head().get(0);
      Site site =
          new Site(
              score, LinearAdapter.fresh(manager, Start.linear(score.in(), score.out()), false));
      ServerPass pass =
          new ServerPass(new AdaptedModules(List.of(site), false), scope.manager(), arena, null);
      Loss loss = task.loss(pass, batch);
      assertNear(loss.mean().getFloat(), expected.get("loss").toFloats()[0], TOLERANCE, "loss");
      Map<String, float[]> heard = new HashMap<>();
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> {
            heard.put("head_x", data.x().toFloatArray());
            NDArray sent = data.hiddenGradient().matMul(score.weight());
            heard.put("head_x_grad", sent.toFloatArray());
          });
      assertEquals(2, heard.size());
      heard.forEach(
          (what, values) -> assertNear(values, packed(batch, expected.get(what)), TOLERANCE, what));
    }
  }

  @ParameterizedTest
  @CsvSource({"llama, false", "llama, true", "qwen2, false", "gpt2, false", "gpt2, true"})
  void itLearnsAsByBackPropagation(String name, boolean merged) {
    Map<String, HostTensor> expected = values(name);
    PackedBatch batch = batch(expected);
    BaseFolder base = BaseFolder.open(folder(name));
    try (Weights weights = base.weights();
        CausalClassifier model = model(base, weights);
        SequenceClassification task = new SequenceClassification(manager, model)) {
      List<Site> sites = sites(model, expected);
      MergedWeights mergedWeights = new MergedWeights(manager, sites);
      Optimizer optimizer = new Optimizer(manager, new AdamW(0.9, 0.999, 1e-4, 0.01));
      try (InlineFit fit = new InlineFit(manager, sites, optimizer)) {
        float[] losses = expected.get("losses").toFloats();
        for (int step = 0; step < losses.length; step++) {
          if (merged) {
            mergedWeights.merge();
          }
          try (Scope scope = Scope.open(manager)) {
            ServerPass pass =
                new ServerPass(new AdaptedModules(sites, merged), scope.manager(), arena, null);
            Loss loss = task.loss(pass, batch);
            assertNear(loss.mean().getFloat(), losses[step], TOLERANCE, "loss of step " + step);
            pass.backward(loss.made(), loss.gradient(), data -> fit.gather(data, batch.size()));
            fit.endBatch(batch.size());
            fit.fit(LEARNING_RATE);
          }
          arena.reset();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("languageModels")
  void aLanguageModelGetsAHeadThatIsDrawnBySeed(CausalCase base) {
    try (Weights weights = base.weights()) {
      float[] first = head(base, weights, 1);
      assertArrayEquals(first, head(base, weights, 1), "the same seed, the same head");
      assertFalse(Arrays.equals(first, head(base, weights, 2)), "another seed");
    }
  }

  static List<CausalCase> languageModels() {
    return CausalCase.causals();
  }

  private float[] head(CausalCase base, Weights weights, long seed) {
    try (CausalClassifier model =
        CausalClassifier.load(manager, base.config(), weights, WeightType.FLOAT32, CLASSES, seed)) {
      Linear score = model.head().get(0);
      assertNull(score.bias());
      assertEquals(CLASSES, score.out());
      return score.weight().toFloatArray();
    }
  }

  /** With the adapters that the reference began with. */
  private List<Site> sites(CausalClassifier model, Map<String, HostTensor> expected) {
    List<Site> sites = new ArrayList<>();
    for (Linear module : GoldenCase.linears(model).values()) {
      String prefix = "adapters." + module.name() + ".";
      Adapter adapter = null;
      if (expected.containsKey(prefix + "A")) {
        adapter = new LowRank(array(expected, prefix + "A"), array(expected, prefix + "B"), 1);
      } else if (expected.containsKey(prefix + "W")) {
        adapter = new LinearAdapter(array(expected, prefix + "W"), null);
      }
      if (adapter != null) {
        sites.add(new Site(module, adapter));
      }
    }
    int parameters = sites.stream().mapToInt(s -> s.adapter().parameters().size()).sum();
    long known = expected.keySet().stream().filter(k -> k.startsWith("adapters.")).count();
    assertEquals(known, parameters, "all of the reference's adapters are placed");
    return sites;
  }

  private NDArray array(Map<String, HostTensor> tensors, String name) {
    HostTensor tensor = tensors.get(name);
    return manager.create(tensor.toFloats(), new Shape(tensor.shape().getShape()));
  }

  /** The reference's batch without the padding that stands behind the texts. */
  private static PackedBatch batch(Map<String, HostTensor> expected) {
    long[] ids = expected.get("input_ids").toLongs();
    long[] mask = expected.get("attention_mask").toLongs();
    long[] labels = expected.get("labels").toLongs();
    int width = ids.length / labels.length;
    List<Example> rows = new ArrayList<>();
    for (int row = 0; row < labels.length; row++) {
      int first = row * width;
      int length = 0;
      while (length < width && mask[first + length] != 0) {
        length++;
      }
      int[] text = new int[length];
      for (int t = 0; t < length; t++) {
        text[t] = (int) ids[first + t];
      }
      rows.add(Example.ofClass(text, new int[length], (int) labels[row], row));
    }
    PackedBatch batch = PackedBatch.of(rows);
    assertArrayEquals(new int[] {3, 4, 5, 7, 9}, batch.packing().lengths());
    return batch;
  }

  /** A reference's rows [rows, width] in the order of the packed ones. */
  private static float[] packed(PackedBatch batch, HostTensor reference) {
    float[] values = reference.toFloats();
    int width = values.length / batch.size();
    float[] packed = new float[values.length];
    for (int i = 0; i < batch.size(); i++) {
      System.arraycopy(values, batch.rows()[i] * width, packed, i * width, width);
    }
    return packed;
  }
}
