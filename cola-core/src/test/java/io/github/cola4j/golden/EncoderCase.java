package io.github.cola4j.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.EncoderClassifier;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceClassifier;
import io.github.cola4j.model.Tokens;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.Objective;
import io.github.cola4j.task.SequenceClassification;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.WeightType;
import java.util.List;
import java.util.stream.IntStream;

/** An encoder that classifies. */
public final class EncoderCase extends GoldenCase {
  public final int classes;

  EncoderCase(String name) {
    super(name, Task.SEQUENCE_CLASSIFICATION);
    classes = (int) tensors("forward.safetensors").get("logits").shape().get(1);
  }

  /** The encoders among the reference values. */
  public static List<EncoderCase> encoders() {
    return GoldenCase.all().stream()
        .filter(EncoderCase.class::isInstance)
        .map(EncoderCase.class::cast)
        .toList();
  }

  @Override
  Labels labels(HostTensor reference) {
    return new Labels(
        new Packing(IntStream.of(tokens.rows).map(row -> 1).toArray()),
        pick(reference.toLongs(), tokens.rows));
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public EncoderClassifier model(NDManager manager, Weights weights) {
    return model(manager, weights, WeightType.FLOAT32);
  }

  @Override
  public EncoderClassifier model(NDManager manager, Weights weights, WeightType held) {
    return EncoderClassifier.load(manager, config(), weights, held, classes, 0);
  }

  @Override
  public Objective<PackedBatch> objective(NDManager manager, BaseModel model) {
    return new SequenceClassification(manager, (SequenceClassifier) model);
  }

  @Override
  public NDArray logits(ForwardPass pass, BaseModel model) {
    Tokens packed = new Tokens(batch.packing(), batch.ids(), batch.types());
    return ((SequenceClassifier) model).logits(pass, packed);
  }

  @Override
  public float[] logits(HostTensor reference) {
    return gather(reference, tokens.rows);
  }

  /** Rows of a head, or tokens of which the last layer computes each row's first only. */
  @Override
  public SitePlaces places(String site, HostTensor reference, NDArray actual) {
    if (reference.shape().dimension() == 2) {
      return new SitePlaces(tokens.rows, new int[0]);
    }
    boolean firstOnly = actual.getShape().get(0) == tokens.rows.length;
    int[] computed = firstOnly ? tokens.firsts() : tokens.all();
    return new SitePlaces(computed, tokens.others(computed));
  }
}
