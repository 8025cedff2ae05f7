package io.github.cola4j.predict;

import io.github.cola4j.generate.Continuation;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.model.Decoding;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.GenerativeModel;
import io.github.cola4j.model.Tokens;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Rows that an adapted model continues; each step's arrays are freed with the step. */
final class ModelContinuation implements Continuation {
  private final AdaptedModel model;
  private final Routing routing;
  private final HostArena arena;
  private final Decoding decoding;
  private final int vocabulary;
  private float[] logits; // [rows, vocabulary]
  private int rows;

  /**
   * Reads the prompts.
   *
   * @param routing which adapters the texts pass through
   * @param arena for the steps of this continuation alone
   */
  ModelContinuation(
      AdaptedModel model, Routing routing, HostArena arena, List<int[]> prompts, int maxNewTokens) {
    this.model = model;
    this.routing = routing;
    this.arena = arena;
    GenerativeModel generative = (GenerativeModel) model.model();
    vocabulary = generative.vocabulary().size();
    int[] ids = prompts.stream().flatMapToInt(IntStream::of).toArray();
    Packing packing = new Packing(prompts.stream().mapToInt(prompt -> prompt.length).toArray());
    Tokens tokens = new Tokens(packing, ids, new int[ids.length]);
    rows = prompts.size();
    decoding = generative.decode(model.manager(), tokens, maxNewTokens);
    try {
      step(decoding::begin);
    } catch (RuntimeException | Error e) {
      decoding.close();
      throw e;
    }
  }

  private void step(Function<ForwardPass, ai.djl.ndarray.NDArray> read) {
    try (Scope scope = Scope.open(model.manager())) {
      logits =
          read.apply(new InferencePass(model.modules(), routing, scope.manager(), arena))
              .toFloatArray();
    } finally {
      arena.reset();
    }
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public float[] logits() {
    return logits;
  }

  @Override
  public void append(int[] tokens) {
    step(pass -> decoding.append(pass, tokens));
  }

  @Override
  public void select(int[] selected) {
    decoding.select(selected);
    rows = selected.length;
  }

  @Override
  public void close() {
    decoding.close();
  }
}
