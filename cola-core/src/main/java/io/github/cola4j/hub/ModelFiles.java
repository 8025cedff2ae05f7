package io.github.cola4j.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The choice behind {@link HubFiles#model()}. */
final class ModelFiles {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String ADAPTER = "adapter_model.safetensors";

  /** Configuration and tokenizers, all small. A name without a slash is one of the root. */
  private static final Pattern SMALL =
      Pattern.compile(
          "config[^/]*\\.json|generation_config\\.json|adapter_config\\.json"
              + "|(pre)?processor_config\\.json|tokenizer[^/]*\\.json|special_tokens_map\\.json"
              + "|added_tokens\\.json|vocab\\.(json|txt)|merges\\.txt"
              + "|(tokenizer|spiece|sentencepiece\\.bpe)\\.model|chat_template\\.(jinja|json)");

  private static final Pattern OTHER_WEIGHTS =
      Pattern.compile(".*\\.(bin|pt|pth|ckpt|h5|msgpack|gguf|onnx|safetensors)");

  private ModelFiles() {}

  static Set<String> of(HubFiles.Repository repository) {
    SortedSet<String> names = repository.names();
    SortedSet<String> wanted =
        names.stream()
            .filter(name -> SMALL.matcher(name).matches())
            .collect(Collectors.toCollection(TreeSet::new));
    boolean weights = true;
    if (names.contains(SINGLE)) {
      wanted.add(SINGLE);
    } else if (names.contains(INDEX)) {
      wanted.add(INDEX);
      wanted.addAll(shards(repository));
    } else {
      weights = false;
    }
    if (names.contains(ADAPTER)) {
      wanted.add(ADAPTER);
    } else if (!weights) {
      throw unsuitable(repository);
    }
    return wanted;
  }

  private static SortedSet<String> shards(HubFiles.Repository repository) {
    Path index = repository.file(INDEX);
    SortedSet<String> shards = new TreeSet<>();
    try {
      for (JsonNode shard :
          new ObjectMapper().readTree(Files.readString(index)).path("weight_map")) {
        shards.add(shard.asText());
      }
    } catch (JsonProcessingException e) {
      shards.clear();
    } catch (IOException e) {
      throw Storage.failed(INDEX, e);
    }
    if (shards.isEmpty()) {
      throw new HubException(
          Kind.UNSUITABLE,
          INDEX + " of " + repository.name() + " names no files of weights",
          "choose another revision, or a repository with " + SINGLE);
    }
    for (String shard : shards) {
      if (!repository.names().contains(shard)) {
        throw new HubException(
            Kind.UNSUITABLE,
            INDEX + " of " + repository.name() + " names " + shard + ", which is not there",
            "choose another revision, or a repository with " + SINGLE);
      }
    }
    return shards;
  }

  private static HubException unsuitable(HubFiles.Repository repository) {
    String others =
        repository.names().stream()
            .filter(name -> OTHER_WEIGHTS.matcher(name).matches())
            .limit(3)
            .collect(Collectors.joining(", "));
    return new HubException(
        Kind.UNSUITABLE,
        repository.name()
            + " has no weights as safetensors"
            + (others.isEmpty() ? "" : ", only " + others),
        others.isEmpty()
            ? "check the name: this is no model's repository, or its weights are elsewhere"
            : "convert it in Python: transformers.AutoModel….from_pretrained(\""
                + repository.name().repository()
                + "\").save_pretrained(\"folder\"), with the class of your task, and name that"
                + " folder; or a revision that has "
                + SINGLE
                + ", often @refs/pr/1");
  }
}
