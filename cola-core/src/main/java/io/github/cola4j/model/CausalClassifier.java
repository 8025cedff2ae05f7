package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.WeightType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A decoder-only model with a classification head that reads each row's last token, equal to
 * transformers' {@code GPT2ForSequenceClassification}, {@code LlamaForSequenceClassification} and
 * their like: the last token that is not the padding token, even where a text ends in that.
 */
public final class CausalClassifier implements SequenceClassifier {
  private final NDManager manager;
  private final CausalBody body;
  private final LinearGroup score;
  private final int padId;
  private final String transformersName;
  private final Map<String, String> tensorNames;

  /**
   * Loads the model.
   *
   * @param parent whose device the weights go to
   * @param json the base's {@code config.json}
   * @param weights the base's tensors; a head that is not among them is drawn afresh
   * @param type what linear modules are held in, but for the head's
   * @param classes the number of classes
   * @param seed of a fresh head
   * @throws ModelException if the configuration asks for something not built, or tensors do not fit
   *     it
   */
  public static CausalClassifier load(
      NDManager parent, JsonNode json, Weights weights, WeightType type, int classes, long seed) {
    NDManager manager = parent.newSubManager();
    try {
      return new CausalClassifier(manager, json, weights, type, classes, seed);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private CausalClassifier(
      NDManager manager, JsonNode json, Weights weights, WeightType type, int classes, long seed) {
    this.manager = manager;
    CausalArchitecture base = CausalArchitecture.load(manager, json, weights, type, seed, false);
    body = base.body();
    padId = base.padId();
    transformersName = base.transformersName();
    score = LinearGroup.of(base.parameters().classifier(base.hidden(), classes, "score", false));
    tensorNames = base.parameters().taken();
  }

  @Override
  public NDArray logits(ForwardPass pass, Tokens tokens) {
    NDArray last = body.hidden(pass, tokens, null, lasts(tokens)); // [rows, hidden]
    Packing rows = Packing.ofSingles(tokens.packing().rows());
    return pass.linear(score, pass.share(last), rows); // [rows, classes]
  }

  /** Each row's last token that is no padding token; its first where all are. */
  private int[] lasts(Tokens tokens) {
    int[] firsts = tokens.packing().offsets();
    int[] lasts = tokens.packing().lasts();
    for (int row = 0; row < lasts.length; row++) {
      while (lasts[row] > firsts[row] && tokens.ids()[lasts[row]] == padId) {
        lasts[row]--;
      }
    }
    return lasts;
  }

  @Override
  public List<LinearGroup> groups() {
    List<LinearGroup> groups = new ArrayList<>(body.groups());
    groups.add(score);
    return groups;
  }

  @Override
  public List<Embedding> embeddings() {
    return body.embeddings();
  }

  @Override
  public List<Linear> head() {
    return score.members();
  }

  @Override
  public List<String> headModules() {
    return List.of("score");
  }

  @Override
  public List<String> defaultTargets() {
    return body.defaultTargets();
  }

  @Override
  public int maxTokens() {
    return body.maxTokens();
  }

  @Override
  public boolean fanInFanOut() {
    return body.fanInFanOut();
  }

  @Override
  public String transformersClass() {
    return transformersName + "ForSequenceClassification";
  }

  @Override
  public Map<String, String> tensorNames() {
    return tensorNames;
  }

  @Override
  public void close() {
    body.close();
    manager.close();
  }
}
