package io.github.cola4j.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderConfigTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"hidden_size\": 4294967297} | hidden_size is 4294967297",
        "{\"layer_norm_eps\": Infinity} | layer_norm_eps is",
        "{\"layer_norm_eps\": \"small\"} | layer_norm_eps is \"small\"",
        "{\"initializer_range\": -1} | initializer_range is -1",
        "{\"hidden_dropout_prob\": -0.5} | hidden_dropout_prob is -0.5",
        "{\"classifier_dropout\": 1} | classifier_dropout is 1",
        "{\"pad_token_id\": -1} | pad_token_id",
        "{\"pad_token_id\": 9999999999} | pad_token_id",
        "{\"model_type\": \"roberta\", \"pad_token_id\": 511} | leaves no room for tokens",
      })
  void numbersThatNoModelCanHaveAreRefused(String config, String saying)
      throws JsonProcessingException {
    var json = JSON.readTree(config);
    ModelException e = assertThrows(ModelException.class, () -> EncoderConfig.read(json));
    assertTrue(e.getMessage().contains(saying), e.getMessage());
  }
}
