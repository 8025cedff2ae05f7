package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.golden.Difference;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.UserSpec;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is exported of several users, each on their own and all together, computes the same. */
class CombinedTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert | {r: 3, lora_alpha: 6} | {r: 5, use_rslora: true} | {r: 2}",
        "bert | {r: 4, rank_pattern: {value: 2, layer.1.attention.self.query: 7}} | {alpha_pattern: {query: 3}} | {r: 1, use_rslora: true, rank_pattern: {query: 5}}",
        "bert | {kind: linear} | {r: 4} | {kind: linear, target_modules: [key]}",
        "bert | {r: 30} | {r: 20} | {r: 3, target_modules: all-linear}",
        "bert | {target_modules: [query, word_embeddings]} | {kind: linear, target_modules: [query, word_embeddings, position_embeddings]} | {r: 2}",
        "gpt2 | {r: 4, lora_alpha: 8} | {r: 2, use_rslora: true, target_modules: [c_attn, c_fc]} | {kind: linear}",
        "gpt2 | {target_modules: [c_attn, wte]} | {r: 5, target_modules: [c_attn, wte, wpe]} | {kind: linear, target_modules: [wte]}",
        "llama | {r: 40} | {target_modules: [q_proj, embed_tokens]} | {kind: linear, target_modules: [embed_tokens, down_proj]}",
        "bart | {r: 3} | {target_modules: [embed_tokens, q_proj]} | {kind: linear, target_modules: all-linear}"
      })
  void whatIsExportedGivesTheSameLogits(String base, String ann, String bob, String cyd)
      throws IOException {
    GoldenCase reference = reference(base);
    RunSpec spec = spec(base, ann, bob, cyd);
    Map<String, AdapterSpec> asked = new LinkedHashMap<>();
    for (UserSpec user : spec.users().orElseThrow().list()) {
      asked.put(user.name(), user.adapter());
    }
    double share = 1.0 / asked.size();
    Routing mean =
        new Routing(
            IntStream.range(0, asked.size())
                .mapToObj(user -> Routing.Route.all(user, share))
                .toList(),
            List.of());
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights)) {
      float[] bare;
      float[] together;
      try (AdaptedModel users = AdaptedModel.fresh(manager, model, spec, asked)) {
        learn(users);
        bare = logits(reference, users, new Routing(List.of(), List.of()));
        together = logits(reference, users, mean);
        int number = 0;
        for (Map.Entry<String, AdapterSpec> user : asked.entrySet()) {
          float[] alone =
              logits(
                  reference, users, new Routing(List.of(Routing.Route.all(number, 1)), List.of()));
          assertTrue(Difference.relative(alone, bare) > 1e-2, user.getKey());
          PeftAdapter again =
              again(users.export(number, user.getValue(), "base", null), user.getKey());
          try (AdaptedModel stored = AdaptedModel.stored(manager, model, again)) {
            assertNear(logits(reference, stored, Routing.ONE), alone, TOLERANCE, user.getKey());
          }
          number++;
        }
        assertEquals(Optional.empty(), users.combineObstacle());
        again(users.exportMerged(mean, "base", null), "together");
      }
      assertTrue(Difference.relative(together, bare) > 1e-2, "the mean changes something");
      PeftAdapter combined = PeftFolder.read(folder.resolve("together"));
      assertEquals(PeftConfig.PeftType.LORA, combined.config().peftType());
      try (AdaptedModel stored = AdaptedModel.stored(manager, model, combined)) {
        assertNear(logits(reference, stored, Routing.ONE), together, TOLERANCE, "together");
        if (stored.mergeable()) {
          stored.keepMerged();
          stored.merge();
          assertNear(logits(reference, stored, Routing.ONE), together, TOLERANCE, "merged");
        }
      }
    }
  }

  @Test
  void whatHasNoSuchFormIsSaid() throws IOException {
    GoldenCase reference = reference("bert");
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights)) {
      for (Map.Entry<String, String> kind :
          Map.of(
                  "{kind: mlp, hidden_sizes: [4]}",
                  "the adapter at bert.encoder.layer.0.attention.self.query is not linear in its input",
                  "{kind: linear, bias: true}",
                  "the adapter at bert.encoder.layer.0.attention.self.query has a bias, and PEFT's low-rank adapters have none")
              .entrySet()) {
        RunSpec spec = spec("bert", "{}", kind.getKey(), "{}");
        Map<String, AdapterSpec> asked = new LinkedHashMap<>();
        spec.users().orElseThrow().list().forEach(user -> asked.put(user.name(), user.adapter()));
        try (AdaptedModel users = AdaptedModel.fresh(manager, model, spec, asked)) {
          assertEquals(Optional.of(kind.getValue()), users.combineObstacle());
        }
      }
    }
  }

  private static GoldenCase reference(String name) {
    return GoldenCase.all().stream().filter(r -> r.name.equals(name)).findFirst().orElseThrow();
  }

  private RunSpec spec(String base, String ann, String bob, String cyd) throws IOException {
    Files.createDirectories(folder.resolve("base"));
    Files.writeString(folder.resolve("base/config.json"), "{}");
    Files.writeString(folder.resolve("train.tsv"), "sentence\tlabel\towner\n");
    String task = base.equals("bert") ? "sequence-classification" : "causal-lm";
    Files.writeString(
        folder.resolve("cola.yaml"),
        """
        base: base
        task: %s
        data: {train: {file: train.tsv, %s}, max_length: 32}
        users:
          mode: collaboration
          column: owner
          list:
            ann: {adapter: %s}
            bob: {adapter: %s}
            cyd: {adapter: %s}
        """
            .formatted(
                task,
                task.equals("causal-lm")
                    ? "response: label, prompt_template: '{sentence}'"
                    : "text: sentence",
                ann,
                bob,
                cyd));
    return RunSpec.read(folder.resolve("cola.yaml"), Map.of());
  }

  /** Gives every parameter values as if something had been learned. */
  private void learn(AdaptedModel users) {
    Random random = new Random(3);
    for (Site site : users.sites()) {
      site.adapters()
          .forEach(
              (user, adapter) ->
                  adapter
                      .parameters()
                      .forEach(
                          (name, array) -> {
                            float[] values = new float[(int) array.size()];
                            for (int i = 0; i < values.length; i++) {
                              values[i] = (float) (0.1 * random.nextGaussian());
                            }
                            try (NDArray drawn = manager.create(values, array.getShape())) {
                              Assign.values(array, drawn);
                            }
                          }));
    }
  }

  private PeftAdapter again(PeftAdapter exported, String name) {
    PeftFolder.write(folder.resolve(name), exported);
    return PeftFolder.read(folder.resolve(name));
  }

  private float[] logits(GoldenCase reference, AdaptedModel model, Routing routing) {
    try (Scope scope = Scope.open(manager)) {
      InferencePass pass =
          new InferencePass(model.modules(), routing, scope.manager(), new HostArena());
      NDArray logits = reference.logits(pass, model.model());
      return logits.toFloatArray();
    }
  }
}
