package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.spec.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Models by their public configurations; a step costs the same with random weights. */
enum PublicModel {
  GPT2("gpt2", Task.CAUSAL_LM, "c_attn", "c_proj", "c_fc"),
  ROBERTA_BASE("roberta-base", Task.SEQUENCE_CLASSIFICATION, "query", "value"),
  LLAMA_160M("llama-160m", Task.CAUSAL_LM, "q_proj", "v_proj"),
  LLAMA_1B("llama-1b", Task.CAUSAL_LM, "q_proj", "v_proj");

  private final String key;
  private final Task task;
  private final List<String> targets;

  PublicModel(String key, Task task, String... targets) {
    this.key = key;
    this.task = task;
    this.targets = List.of(targets);
  }

  /** What it is trained for. */
  Task task() {
    return task;
  }

  /** The modules that get adapters. */
  List<String> targets() {
    return targets;
  }

  /** Its {@code config.json}, dropout off. */
  ObjectNode config() {
    return config(key);
  }

  /** A configuration among the resources. */
  static ObjectNode config(String name) {
    try (InputStream in = PublicModel.class.getResourceAsStream("configs/" + name + ".json")) {
      return (ObjectNode) new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return key;
  }
}
