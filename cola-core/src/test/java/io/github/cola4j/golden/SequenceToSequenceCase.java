package io.github.cola4j.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceToSequenceModel;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.Objective;
import io.github.cola4j.task.SequenceToSequence;

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
  public BaseModel model(NDManager manager, Weights weights) {
    throw new UnsupportedOperationException("no encoder-decoder is built yet");
  }

  @Override
  public Objective objective(NDManager manager, BaseModel model) {
    return new SequenceToSequence(manager, (SequenceToSequenceModel) model);
  }

  @Override
  public NDArray logits(ForwardPass pass, BaseModel model) {
    throw new UnsupportedOperationException("no encoder-decoder is built yet");
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
