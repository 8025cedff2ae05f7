package io.github.cola4j.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.CausalLanguageModel;
import io.github.cola4j.model.CausalModel;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.Tokens;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.CausalLanguageModeling;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.WeightType;
import java.util.List;
import java.util.stream.IntStream;

/** A decoder-only language model. */
public final class CausalCase extends GoldenCase {
  CausalCase(String name) {
    super(name, Task.CAUSAL_LM);
  }

  /** The decoder-only models among the reference values. */
  public static List<CausalCase> causals() {
    return GoldenCase.all().stream()
        .filter(CausalCase.class::isInstance)
        .map(CausalCase.class::cast)
        .toList();
  }

  @Override
  Labels labels(HostTensor reference) {
    return new Labels(tokens.packing, pick(reference.toLongs(), tokens.all()));
  }

  @Override
  public CausalLanguageModel model(NDManager manager, Weights weights) {
    return model(manager, weights, WeightType.FLOAT32);
  }

  @Override
  public CausalLanguageModel model(NDManager manager, Weights weights, WeightType held) {
    return CausalLanguageModel.load(manager, config(), weights, held);
  }

  @Override
  public Objective<PackedBatch> objective(NDManager manager, BaseModel model) {
    return new CausalLanguageModeling(manager, (CausalModel) model);
  }

  @Override
  public NDArray logits(ForwardPass pass, BaseModel model) {
    Tokens packed = new Tokens(batch.packing(), batch.ids(), batch.types());
    int[] all = IntStream.range(0, batch.ids().length).toArray();
    CausalModel causal = (CausalModel) model;
    return causal.vocabulary().logits(causal.hidden(pass, packed, all));
  }

  @Override
  public float[] logits(HostTensor reference) {
    return gather(reference, tokens.all());
  }

  @Override
  public SitePlaces places(String site, HostTensor reference, NDArray actual) {
    return new SitePlaces(tokens.all(), tokens.others(tokens.all()));
  }
}
