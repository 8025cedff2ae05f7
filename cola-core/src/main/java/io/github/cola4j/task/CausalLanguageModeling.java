package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.CausalModel;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.Tokens;
import java.util.stream.IntStream;

/**
 * Each labelled token is told by those before it in its row; a row's first is told by nothing and
 * does not count. Tokens that tell no labelled one get no head at all.
 */
public final class CausalLanguageModeling implements LanguageModeling {
  private final CausalModel model;
  private final VocabularyLoss loss;

  public CausalLanguageModeling(NDManager manager, CausalModel model) {
    this.model = model;
    this.loss = new VocabularyLoss(manager);
  }

  @Override
  public Loss loss(ForwardPass pass, PackedBatch batch) {
    int[] tellers = tellers(batch);
    return loss.mean(pass, hidden(pass, batch, tellers), told(batch, tellers), model.vocabulary());
  }

  @Override
  public NDArray sum(ForwardPass pass, PackedBatch batch) {
    int[] tellers = tellers(batch);
    return loss.sum(pass, hidden(pass, batch, tellers), told(batch, tellers), model.vocabulary());
  }

  @Override
  public int[] itemsOfRows(PackedBatch batch) {
    return LanguageModeling.count(batch.packing(), tellers(batch));
  }

  private NDArray hidden(ForwardPass pass, PackedBatch batch, int[] tellers) {
    return model.hidden(pass, new Tokens(batch.packing(), batch.ids(), batch.types()), tellers);
  }

  /** The packed tokens that stand directly before a labelled one of their row. */
  private static int[] tellers(PackedBatch batch) {
    int[] firsts = batch.packing().offsets();
    int[] lasts = batch.packing().lasts();
    return IntStream.range(0, batch.size())
        .flatMap(row -> IntStream.range(firsts[row], lasts[row]))
        .filter(token -> batch.labels()[token + 1] != Example.NO_LABEL)
        .toArray();
  }

  private static int[] told(PackedBatch batch, int[] tellers) {
    return IntStream.of(tellers).map(token -> batch.labels()[token + 1]).toArray();
  }

  @Override
  public void close() {
    loss.close();
  }
}
