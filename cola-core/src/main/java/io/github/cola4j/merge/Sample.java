package io.github.cola4j.merge;

import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.CausalModel;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceClassifier;
import io.github.cola4j.model.SequenceToSequenceModel;
import io.github.cola4j.model.Tokens;
import io.github.cola4j.spec.Task;
import io.github.cola4j.tensor.Packing;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows on which two models are compared.
 *
 * @param tokens what they read; an encoder-decoder reads it on both sides
 */
record Sample(Task task, Tokens tokens) {

  static Sample of(Task task, List<int[]> rows) {
    if (rows.isEmpty() || rows.stream().anyMatch(row -> row.length == 0)) {
      throw new IllegalArgumentException("a sample has a row or more, of a token or more");
    }
    int[] ids = rows.stream().flatMapToInt(IntStream::of).toArray();
    Packing packing = new Packing(rows.stream().mapToInt(row -> row.length).toArray());
    return new Sample(task, new Tokens(packing, ids, new int[ids.length]));
  }

  /** All logits, row after row. */
  float[] logits(ForwardPass pass, BaseModel model) {
    int[] all = IntStream.range(0, tokens.ids().length).toArray();
    return switch (task) {
      case SEQUENCE_CLASSIFICATION, SEQUENCE_REGRESSION ->
          ((SequenceClassifier) model).logits(pass, tokens).toFloatArray();
      case CAUSAL_LM -> {
        CausalModel causal = (CausalModel) model;
        yield causal.vocabulary().logits(causal.hidden(pass, tokens, all)).toFloatArray();
      }
      case SEQUENCE_TO_SEQUENCE -> {
        SequenceToSequenceModel pairs = (SequenceToSequenceModel) model;
        yield pairs.vocabulary().logits(pairs.hidden(pass, tokens, tokens, all)).toFloatArray();
      }
      case IMAGE_CLASSIFICATION -> throw new IllegalStateException("not built yet: " + task);
    };
  }
}
