package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceToSequenceModel;
import io.github.cola4j.model.Tokens;
import java.util.stream.IntStream;

/**
 * Each token of the target is told by the source and the target's tokens before it, behind the
 * start token (teacher forcing).
 */
public final class SequenceToSequence implements LanguageModeling {
  private final SequenceToSequenceModel model;
  private final VocabularyLoss loss;

  public SequenceToSequence(NDManager manager, SequenceToSequenceModel model) {
    this.model = model;
    this.loss = new VocabularyLoss(manager);
  }

  @Override
  public Loss loss(ForwardPass pass, PackedBatch batch) {
    int[] labelled = labelled(batch);
    return loss.mean(
        pass, hidden(pass, batch, labelled), told(batch, labelled), model.vocabulary());
  }

  @Override
  public NDArray sum(ForwardPass pass, PackedBatch batch) {
    int[] labelled = labelled(batch);
    return loss.sum(pass, hidden(pass, batch, labelled), told(batch, labelled), model.vocabulary());
  }

  @Override
  public int[] itemsOfRows(PackedBatch batch) {
    return LanguageModeling.count(batch.labelPacking(), labelled(batch));
  }

  private NDArray hidden(ForwardPass pass, PackedBatch batch, int[] labelled) {
    int[] types = new int[batch.labels().length];
    return model.hidden(
        pass,
        new Tokens(batch.packing(), batch.ids(), batch.types()),
        new Tokens(batch.labelPacking(), shifted(batch), types),
        labelled);
  }

  /** What the decoder reads: each row's target, one later, behind the start token. */
  private int[] shifted(PackedBatch batch) {
    int[] read = new int[batch.labels().length];
    System.arraycopy(batch.labels(), 0, read, 1, read.length - 1);
    for (int first : batch.labelPacking().offsets()) {
      read[first] = model.startToken();
    }
    return read;
  }

  private static int[] labelled(PackedBatch batch) {
    return IntStream.range(0, batch.labels().length)
        .filter(token -> batch.labels()[token] != Example.NO_LABEL)
        .toArray();
  }

  private static int[] told(PackedBatch batch, int[] labelled) {
    return IntStream.of(labelled).map(token -> batch.labels()[token]).toArray();
  }

  @Override
  public void close() {
    loss.close();
  }
}
