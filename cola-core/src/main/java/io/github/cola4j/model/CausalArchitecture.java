package io.github.cola4j.model;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.tensor.WeightType;

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
   * @param held what linear modules are held in
   * @param seed of a fresh head
   * @param vocabulary whether a vocabulary's head is put on, which may read the word embeddings
   */
  static CausalArchitecture load(
      NDManager manager,
      JsonNode json,
      Weights weights,
      WeightType held,
      long seed,
      boolean vocabulary) {
    String type = json.path("model_type").asText();
    int padId = new ModelConfig(json).token("pad_token_id");
    if (LlamaConfig.knows(type)) {
      LlamaConfig config = LlamaConfig.read(json);
      Parameters parameters =
          new Parameters(manager, weights, Llama.prefix(), config.initializerRange(), seed, held);
      return new CausalArchitecture(
          new Llama(manager, config, parameters, !(vocabulary && config.tied())),
          parameters,
          config.hidden(),
          config.vocabulary(),
          config.tied(),
          padId,
          Character.toUpperCase(type.charAt(0)) + type.substring(1));
    }
    Gpt2Config config = Gpt2Config.read(json);
    Parameters parameters =
        new Parameters(manager, weights, Gpt2.prefix(), config.initializerRange(), seed, held);
    return new CausalArchitecture(
        new Gpt2(manager, config, parameters, !(vocabulary && config.tied())),
        parameters,
        config.hidden(),
        config.vocabulary(),
        config.tied(),
        padId,
        "GPT2");
  }
}
