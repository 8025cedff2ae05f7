package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.tensor.WeightType;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A decoder-only model with its vocabulary's head: transformers' {@code …ForCausalLM}. */
public final class CausalLanguageModel implements CausalModel {
  /** The head's weight, of models whose head is not the table of word embeddings. */
  public static final String HEAD = "lm_head.weight";

  private final NDManager manager;
  private final CausalBody body;
  private final VocabularyHead vocabulary;
  private final String transformersName;
  private final Map<String, String> tensorNames;

  /**
   * Loads the model.
   *
   * @param parent whose device the weights go to
   * @param json the base's {@code config.json}
   * @param weights the base's tensors; they must stay open as long as adapters are merged
   * @param type what linear modules are held in
   * @throws ModelException if the configuration asks for something not built, or tensors do not fit
   *     it
   */
  public static CausalLanguageModel load(
      NDManager parent, JsonNode json, Weights weights, WeightType type) {
    NDManager manager = parent.newSubManager();
    try {
      return new CausalLanguageModel(manager, json, weights, type);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private CausalLanguageModel(NDManager manager, JsonNode json, Weights weights, WeightType type) {
    this.manager = manager;
    CausalArchitecture base = CausalArchitecture.load(manager, json, weights, type, 0, true);
    body = base.body();
    Parameters parameters = base.parameters();
    NDArray head =
        base.tied()
            ? parameters.ownOrTied(HEAD, body.wordEmbeddings())
            : parameters.load(HEAD, base.vocabulary(), base.hidden());
    vocabulary = new VocabularyHead(head, null);
    transformersName = base.transformersName();
    tensorNames = parameters.taken();
  }

  @Override
  public NDArray hidden(ForwardPass pass, Tokens tokens, int[] wanted) {
    return body.hidden(pass, tokens, null, wanted);
  }

  @Override
  public VocabularyHead vocabulary() {
    return vocabulary;
  }

  @Override
  public Decoding decode(NDManager owner, Tokens prompts, int maxNewTokens) {
    int longest = IntStream.of(prompts.packing().lengths()).max().orElse(0);
    if (maxNewTokens > body.maxTokens() - longest) {
      throw new ModelException(
          "a prompt of %d tokens and %d new ones make more than the model's %d positions; cut the prompt or lower max_new_tokens"
              .formatted(longest, maxNewTokens, body.maxTokens()));
    }
    return new Continued(prompts, body.newCache(owner, longest + maxNewTokens));
  }

  /** Rows, and the keys and values of what they hold. */
  private final class Continued implements Decoding {
    private final Tokens prompts;
    private final KeyValueCache cache;

    Continued(Tokens prompts, KeyValueCache cache) {
      this.prompts = prompts;
      this.cache = cache;
    }

    @Override
    public NDArray begin(ForwardPass pass) {
      return vocabulary.logits(body.hidden(pass, prompts, cache, prompts.packing().lasts()));
    }

    @Override
    public NDArray append(ForwardPass pass, int[] tokens) {
      Tokens added = Tokens.oneOfEachRow(tokens);
      return vocabulary.logits(body.hidden(pass, added, cache, added.packing().lasts()));
    }

    @Override
    public void select(int[] rows) {
      cache.select(rows);
    }

    @Override
    public void close() {
      cache.close();
    }
  }

  @Override
  public List<LinearGroup> groups() {
    return body.groups();
  }

  @Override
  public List<Embedding> embeddings() {
    return body.embeddings();
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
    return transformersName + (transformersName.equals("GPT2") ? "LMHeadModel" : "ForCausalLM");
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
