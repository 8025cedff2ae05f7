package io.github.cola4j.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.Bart;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceToSequenceModel;
import io.github.cola4j.model.Tokens;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.Objective;
import io.github.cola4j.task.SequenceToSequence;
import io.github.cola4j.tensor.WeightType;
import java.util.stream.IntStream;

/** An encoder-decoder language model; its loss is about the target's tokens. */
public final class SequenceToSequenceCase extends GoldenCase {
  public final Places targets;

  SequenceToSequenceCase(String name) {
    super(name, Task.SEQUENCE_TO_SEQUENCE);
    targets = targets(tensors("inputs.safetensors").get("labels"));
  }

  private Places targets(HostTensor reference) {
    boolean[] real = flags(reference.toLongs(), Example.NO_LABEL);
    return new Places(real, (int) reference.shape().get(1), tokens.rows);
  }

  @Override
  Labels labels(HostTensor reference) {
    Places places = targets(reference);
    return new Labels(places.packing, pick(reference.toLongs(), places.all()));
  }

  @Override
  public Bart model(NDManager manager, Weights weights) {
    return model(manager, weights, WeightType.FLOAT32);
  }

  @Override
  public Bart model(NDManager manager, Weights weights, WeightType held) {
    return Bart.load(manager, config(), weights, held);
  }

  @Override
  public Objective<PackedBatch> objective(NDManager manager, BaseModel model) {
    return new SequenceToSequence(manager, (SequenceToSequenceModel) model);
  }

  @Override
  public NDArray logits(ForwardPass pass, BaseModel model) {
    SequenceToSequenceModel restoring = (SequenceToSequenceModel) model;
    int[] read = new int[batch.labels().length];
    for (int token = 1; token < read.length; token++) {
      read[token] = batch.labels()[token - 1];
    }
    for (int first : batch.labelPacking().offsets()) {
      read[first] = restoring.startToken();
    }
    Tokens source = new Tokens(batch.packing(), batch.ids(), batch.types());
    Tokens target = new Tokens(batch.labelPacking(), read, new int[read.length]);
    int[] all = IntStream.range(0, read.length).toArray();
    return restoring.vocabulary().logits(restoring.hidden(pass, source, target, all));
  }

  @Override
  public float[] logits(HostTensor reference) {
    return gather(reference, targets.all());
  }

  /** The decoder's tokens; the encoder's, and those whose keys and values the decoder reads. */
  @Override
  public SitePlaces places(String site, HostTensor reference, NDArray actual) {
    boolean ofSource =
        site.contains(".encoder.") || site.matches(".*\\.encoder_attn\\.[kv]_proj.*");
    Places places = ofSource ? tokens : targets;
    return new SitePlaces(places.all(), places.others(places.all()));
  }
}
