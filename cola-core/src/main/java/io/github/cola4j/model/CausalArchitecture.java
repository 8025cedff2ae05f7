package io.github.cola4j.model;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.Weights;

/**
 * A decoder-only base as its {@code config.json} describes it: the body, and what heads need to
 * know.
 *
 * @param transformersName what transformers' classes of this architecture begin with
 * @param tied whether the vocabulary's head is the table of word embeddings
 * @param padId the padding token's id, −1 for none
 */
record CausalArchitecture(
    CausalBody body,
    Parameters parameters,
    int hidden,
    int vocabulary,
    boolean tied,
    int padId,
    String transformersName) {

  /**
   * Loads the body.
   *
   * @param manager owner of the weights
   * @param seed of a fresh head
   */
  static CausalArchitecture load(NDManager manager, JsonNode json, Weights weights, long seed) {
    ModelConfig config = new ModelConfig(json);
    String type = json.path("model_type").asText();
    int padId = config.token("pad_token_id");
    switch (type) {
      case "gpt2" -> {
        Gpt2Config gpt2 = Gpt2Config.read(json);
        Parameters parameters =
            new Parameters(manager, weights, Gpt2.prefix(), gpt2.initializerRange(), seed);
        return new CausalArchitecture(
            new Gpt2(manager, gpt2, parameters),
            parameters,
            gpt2.hidden(),
            gpt2.vocabulary(),
            config.flag("tie_word_embeddings", true),
            padId,
            "GPT2");
      }
      default -> throw new ModelException("config.json: model_type is " + type + ", no decoder");
    }
  }
}
