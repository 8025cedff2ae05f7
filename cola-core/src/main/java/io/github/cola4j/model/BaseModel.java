package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A frozen base model: its linear modules, and what others need to know to adapt and save it. */
public interface BaseModel extends AutoCloseable {

  /**
   * Every linear module that may be a site, from the lowest to the highest, in groups that read one
   * input; a trained head included, a vocabulary's not.
   */
  List<LinearGroup> groups();

  /** The tables of embeddings that may be sites. */
  default List<Embedding> embeddings() {
    return List.of();
  }

  /** Every module that may be a site, from the lowest to the highest. */
  default List<BaseModule> modules() {
    List<BaseModule> modules = new ArrayList<>(embeddings());
    groups().forEach(group -> modules.addAll(group.members()));
    return modules;
  }

  /**
   * The linear modules of a head that is trained in full: never matched by targets, and saved with
   * the adapter. Empty for language models.
   */
  List<Linear> head();

  /** The modules that hold {@link #head}, as PEFT's {@code modules_to_save} names them. */
  List<String> headModules();

  /** PEFT's default targets for this architecture. */
  List<String> defaultTargets();

  /** The most tokens that a row may have. */
  int maxTokens();

  /**
   * Whether the checkpoint holds the weights of the modules that may be sites, the head's not among
   * them, as [in, out]: GPT-2's Conv1D. PEFT's {@code fan_in_fan_out}.
   */
  default boolean fanInFanOut() {
    return false;
  }

  /**
   * The tensors that the model takes from its checkpoint: the checkpoint's name of each by the name
   * that transformers' model of this task has for it. A fresh head is not among them.
   */
  Map<String, String> tensorNames();

  /** The class of transformers that this model equals, say {@code GPT2LMHeadModel}. */
  String transformersClass();

  /** Why modules that look like sites cannot be any, by path. */
  default Map<String, String> obstacles() {
    return Map.of();
  }

  /**
   * What training changes beside adapters, by name: the running statistics of a block's batch
   * norms; the arrays themselves.
   */
  default Map<String, NDArray> buffers() {
    return Map.of();
  }

  /** Frees the weights. */
  @Override
  void close();
}
