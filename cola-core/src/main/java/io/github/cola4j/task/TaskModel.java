package io.github.cola4j.task;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.Architectures;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.CausalModel;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.model.SequenceClassifier;
import io.github.cola4j.model.SequenceToSequenceModel;
import io.github.cola4j.spec.Dtype;
import io.github.cola4j.spec.Task;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;

/** A base opened for a task: the model that fits the task, and what it is trained for. */
public final class TaskModel implements AutoCloseable {
  private final NDManager manager;
  private final Weights weights;
  private final BaseModel model;
  private final Objective<PackedBatch> objective;

  /** Opens a base, held in float32. */
  public static TaskModel open(Task task, BaseFolder base, Device device, int classes, long seed) {
    return open(task, base, Dtype.FLOAT32, device, classes, seed);
  }

  /**
   * Opens a base.
   *
   * @param dtype what its linear modules are held in
   * @param classes the number of classes, for a classification
   * @param seed of a head that the base lacks
   * @throws ModelException naming the base, if it cannot be used for the task, or has weights that
   *     are too large for the type
   */
  public static TaskModel open(
      Task task, BaseFolder base, Dtype dtype, Device device, int classes, long seed) {
    WeightType held = WeightType.valueOf(dtype.name());
    Weights weights = base.weights();
    NDManager manager = Torch.newManager(device);
    try {
      return new TaskModel(task, base, weights, held, manager, classes, seed);
    } catch (RuntimeException | Error e) {
      manager.close();
      weights.close();
      if (e instanceof ModelException) {
        ModelException named = new ModelException(base.folder() + ": " + e.getMessage());
        named.initCause(e);
        throw named;
      }
      throw e;
    }
  }

  private TaskModel(
      Task task,
      BaseFolder base,
      Weights weights,
      WeightType held,
      NDManager manager,
      int classes,
      long seed) {
    this.manager = manager;
    this.weights = weights;
    switch (task) {
      case SEQUENCE_CLASSIFICATION -> {
        SequenceClassifier classifier =
            Architectures.classifier(manager, base.config(), weights, held, classes, seed);
        model = classifier;
        objective = new SequenceClassification(manager, classifier);
      }
      case SEQUENCE_REGRESSION -> {
        SequenceClassifier classifier =
            Architectures.classifier(manager, base.config(), weights, held, 1, seed);
        model = classifier;
        objective = new SequenceRegression(manager, classifier);
      }
      case CAUSAL_LM -> {
        CausalModel causal = Architectures.causal(manager, base.config(), weights, held);
        model = causal;
        objective = new CausalLanguageModeling(manager, causal);
      }
      case SEQUENCE_TO_SEQUENCE -> {
        SequenceToSequenceModel pairs =
            Architectures.sequenceToSequence(manager, base.config(), weights, held);
        model = pairs;
        objective = new SequenceToSequence(manager, pairs);
      }
      default -> throw new IllegalArgumentException("no such task: " + task);
    }
  }

  /** Owner of the weights; parent of what shall live as long. */
  public NDManager manager() {
    return manager;
  }

  /** The frozen model. */
  public BaseModel model() {
    return model;
  }

  /** The base's tensors as they are stored. */
  public Weights weights() {
    return weights;
  }

  /** What the model is trained for. */
  public Objective<PackedBatch> objective() {
    return objective;
  }

  @Override
  public void close() {
    objective.close();
    model.close();
    manager.close();
    weights.close();
  }
}
