package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A reference's model and batch with adapters that a spec asks for, which have learned something.
 */
record AdaptedCase(
    NDManager manager,
    GoldenCase reference,
    Weights weights,
    Objective<PackedBatch> objective,
    AdaptedModel model)
    implements AutoCloseable {
  private static final long SEED = 3;

  /**
   * @param folder where a spec may stand
   * @param adapter the section of the spec
   */
  static AdaptedCase of(NDManager manager, Path folder, String base, String adapter) {
    GoldenCase reference =
        GoldenCase.all().stream().filter(r -> r.name.equals(base)).findFirst().orElseThrow();
    Weights weights = reference.weights();
    BaseModel model = reference.model(manager, weights);
    AdaptedModel adapted = AdaptedModel.fresh(manager, model, spec(folder, reference, adapter));
    learn(manager, adapted);
    return new AdaptedCase(
        manager, reference, weights, reference.objective(manager, model), adapted);
  }

  static RunSpec spec(Path folder, GoldenCase reference, String adapter) {
    String rows =
        switch (reference.task) {
          case SEQUENCE_CLASSIFICATION -> "text: sentence";
          case SEQUENCE_TO_SEQUENCE -> "source: sentence, target: label";
          default -> "response: label, prompt_template: '{sentence}'";
        };
    String most = reference.task == Task.SEQUENCE_TO_SEQUENCE ? ", max_target_length: 32" : "";
    try {
      Files.createDirectories(folder.resolve("base"));
      Files.writeString(folder.resolve("base/config.json"), "{}");
      Files.writeString(folder.resolve("train.tsv"), "sentence\tlabel\n");
      Files.writeString(
          folder.resolve("cola.yaml"),
          """
          base: base
          task: %s
          data: {train: {file: train.tsv, %s}, max_length: 32%s}
          adapter: %s
          """
              .formatted(reference.task.key(), rows, most, adapter));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return RunSpec.read(folder.resolve("cola.yaml"), Map.of());
  }

  /** Gives every parameter values as if something had been learned. */
  static void learn(NDManager manager, AdaptedModel model) {
    Random random = new Random(SEED);
    model.sites().stream()
        .flatMap(site -> site.adapters().values().stream())
        .flatMap(adapter -> adapter.parameters().values().stream())
        .forEach(
            array -> {
              float[] values = new float[(int) array.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.1 * random.nextGaussian());
              }
              try (NDArray drawn = manager.create(values, array.getShape())) {
                Assign.values(array, drawn);
              }
            });
  }

  /**
   * What a pass gave.
   *
   * @param hidden ∇ĥ by site
   * @param adapters gradients of the adapters' parameters, as {@code <site>.<name>}
   */
  record Gradients(double loss, Map<String, float[]> hidden, Map<String, float[]> adapters) {
    void assertSame(Gradients expected, double losses, double gradients) {
      assertNear(loss, expected.loss, losses, "loss");
      assertEquals(expected.hidden.keySet(), hidden.keySet());
      assertEquals(expected.adapters.keySet(), adapters.keySet());
      assertFalse(hidden.isEmpty());
      expected.hidden.forEach(
          (name, values) -> assertNear(hidden.get(name), values, gradients, "∇ĥ of " + name));
      expected.adapters.forEach(
          (name, values) -> assertNear(adapters.get(name), values, gradients, name));
    }
  }

  /** By gradient learning. */
  Gradients decoupled() {
    Map<String, float[]> hidden = new HashMap<>();
    Map<String, float[]> adapters = new HashMap<>();
    HostArena arena = new HostArena();
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(
              model.modules(),
              Routing.ONE,
              scope.manager(),
              arena,
              null,
              DropoutMasks.ofAdapters(SEED, 0, arena));
      Loss loss = objective.loss(pass, reference.batch);
      double mean = loss.mean().getFloat();
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> {
            hidden.put(data.site().name(), data.hiddenGradient().toFloatArray());
            data.adapter()
                .gradients(data.x(), data.hiddenGradient())
                .forEach(
                    (name, gradient) ->
                        adapters.put(data.site().name() + "." + name, gradient.toFloatArray()));
          });
      return new Gradients(mean, hidden, adapters);
    } finally {
      arena.reset();
    }
  }

  /**
   * By back-propagation.
   *
   * @param dropout of what adapters read, with the masks of gradient learning
   */
  Gradients coupled(double dropout) {
    Map<String, float[]> hidden = new HashMap<>();
    Map<String, float[]> adapters = new HashMap<>();
    HostArena arena = new HostArena();
    try (Scope scope = Scope.open(manager)) {
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      for (Site site : model.sites()) {
        site.adapter()
            .parameters()
            .forEach((name, array) -> leaves.put(site.name() + "." + name, Autograd.leaf(array)));
      }
      DropoutMasks masks = dropout == 0 ? null : DropoutMasks.ofAdapters(SEED, 0, arena);
      Coupled pass =
          new Coupled(scope.manager(), arena, null, leaves, masks, dropout, new HashMap<>());
      Loss loss = Autograd.recorded(() -> objective.loss(pass, reference.batch));
      double mean = loss.mean().getFloat();
      Autograd.backward(loss.made(), loss.gradient());
      pass.outputs()
          .forEach((name, made) -> hidden.put(name, Autograd.gradient(made).toFloatArray()));
      leaves.forEach((name, leaf) -> adapters.put(name, Autograd.gradient(leaf).toFloatArray()));
      return new Gradients(mean, hidden, adapters);
    } finally {
      arena.reset();
    }
  }

  /** Of the reference's batch. */
  float[] logits() {
    try (Scope scope = Scope.open(manager)) {
      InferencePass pass = new InferencePass(model.modules(), scope.manager(), new HostArena());
      return reference.logits(pass, model.model()).toFloatArray();
    }
  }

  @Override
  public void close() {
    model.close();
    objective.close();
    model.model().close();
    weights.close();
  }
}
