package io.github.cola4j.checkpoint;

import io.github.cola4j.advice.NearMiss;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of a PEFT adapter folder. A path is a module's name in the base model, such as {@code
 * bert.encoder.layer.0.attention.self.query}. Keys are those of the file:
 *
 * <ul>
 *   <li>{@code base_model.model.<path>.lora_A.weight}, [r, in], and {@code …lora_B.weight}, [out,
 *       r], with {@code peft_type} LORA
 *   <li>{@code base_model.model.<path>.lora_embedding_A}, [r, entries], and {@code
 *       …lora_embedding_B}, [width, r], where the module is an embedding
 *   <li>{@code base_model.model.<path>.cola_<parameter>} with {@code peft_type} COLA, one for each
 *       parameter of the adapter, say {@code cola_W} or {@code cola_b1}
 *   <li>{@code base_model.model.<path>.<parameter>}, say {@code …classifier.weight}, for modules
 *       that are stored whole because {@code modules_to_save} names them
 * </ul>
 *
 * @param config what {@code adapter_config.json} says
 * @param tensors by key, sorted
 */
public record PeftAdapter(PeftConfig config, Map<String, HostTensor> tensors) {
  private static final String PREFIX = "base_model.model.";
  private static final Pattern ADAPTER_KEY =
      Pattern.compile(
          "base_model\\.model\\.(.+)\\.(?:lora_[AB]\\.weight|lora_embedding_[AB]|cola_\\w+)");

  public PeftAdapter {
    tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
  }

  /** The key of the low-rank A at a path. */
  public static String loraAKey(String path) {
    return PREFIX + path + ".lora_A.weight";
  }

  /** The key of the low-rank B at a path. */
  public static String loraBKey(String path) {
    return PREFIX + path + ".lora_B.weight";
  }

  /** The key of the low-rank A of an embedding at a path. */
  public static String embeddingAKey(String path) {
    return PREFIX + path + ".lora_embedding_A";
  }

  /** The key of the low-rank B of an embedding at a path. */
  public static String embeddingBKey(String path) {
    return PREFIX + path + ".lora_embedding_B";
  }

  /** The key of a parameter of a COLA adapter at a path. */
  public static String colaKey(String path, String parameter) {
    return PREFIX + path + ".cola_" + parameter;
  }

  /** The key of a parameter of a module that is stored whole. */
  public static String savedKey(String path, String parameter) {
    return PREFIX + path + "." + parameter;
  }

  /** Where adapters sit: every path with low-rank or COLA tensors. */
  public SortedSet<String> paths() {
    SortedSet<String> paths = new TreeSet<>();
    for (String key : tensors.keySet()) {
      Matcher matcher = ADAPTER_KEY.matcher(key);
      if (matcher.matches()) {
        paths.add(matcher.group(1));
      }
    }
    return paths;
  }

  /** A at one of the {@link #paths}, [r, in]; of a convolution [r, channels, height, width]. */
  public HostTensor loraA(String path) {
    return required(ofEmbedding(path) ? embeddingAKey(path) : loraAKey(path));
  }

  /** B at one of the {@link #paths}, [out, r]; of a convolution [out, r, 1, 1]. */
  public HostTensor loraB(String path) {
    return required(ofEmbedding(path) ? embeddingBKey(path) : loraBKey(path));
  }

  private boolean ofEmbedding(String path) {
    return tensors.containsKey(embeddingAKey(path)) || tensors.containsKey(embeddingBKey(path));
  }

  /** The parameters of the COLA adapter at one of the {@link #paths}, by name. */
  public SortedMap<String, HostTensor> cola(String path) {
    String prefix = colaKey(path, "");
    SortedMap<String, HostTensor> parameters = new TreeMap<>();
    tensors.forEach(
        (key, tensor) -> {
          if (key.startsWith(prefix)) {
            parameters.put(key.substring(prefix.length()), tensor);
          }
        });
    return parameters;
  }

  /** A parameter of a module that is stored whole, or nothing where it is not among them. */
  public Optional<HostTensor> saved(String path, String parameter) {
    return Optional.ofNullable(tensors.get(savedKey(path, parameter)));
  }

  /** Everything that is stored whole, by full name in the base, such as classifier.weight. */
  public SortedMap<String, HostTensor> saved() {
    SortedMap<String, HostTensor> saved = new TreeMap<>();
    tensors.forEach(
        (key, tensor) -> {
          if (!ADAPTER_KEY.matcher(key).matches()) {
            saved.put(key.substring(PREFIX.length()), tensor);
          }
        });
    return saved;
  }

  private HostTensor required(String key) {
    HostTensor tensor = tensors.get(key);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "no tensor '" + key + "'" + NearMiss.asClause(key, tensors.keySet()));
    }
    return tensor;
  }

  /** The first thing that does not fit together, or nothing. */
  Optional<String> problem() {
    for (String key : tensors.keySet()) {
      if (!key.startsWith(PREFIX)) {
        return Optional.of("tensor '" + key + "' does not begin with " + PREFIX);
      }
      boolean adapter = ADAPTER_KEY.matcher(key).matches();
      boolean lora = adapter && !key.contains(".cola_");
      if (adapter && lora != (config.peftType() == PeftConfig.PeftType.LORA)) {
        return Optional.of("tensor '" + key + "' is not of a " + config.peftType() + " adapter");
      }
      if (!adapter && !isSaved(key)) {
        return Optional.of(
            "tensor '"
                + key
                + "' belongs to no adapter that is supported here, nor to modules_to_save "
                + config.modulesToSave());
      }
    }
    if (config.peftType() == PeftConfig.PeftType.LORA) {
      for (String path : paths()) {
        Optional<String> problem = problemAt(path);
        if (problem.isPresent()) {
          return problem;
        }
      }
    }
    return Optional.empty();
  }

  private boolean isSaved(String key) {
    String name = key.substring(PREFIX.length() - 1);
    return config.modulesToSave().stream().anyMatch(m -> name.contains("." + m + "."));
  }

  private Optional<String> problemAt(String path) {
    String keyA = ofEmbedding(path) ? embeddingAKey(path) : loraAKey(path);
    String keyB = ofEmbedding(path) ? embeddingBKey(path) : loraBKey(path);
    HostTensor a = tensors.get(keyA);
    HostTensor b = tensors.get(keyB);
    if (a == null || b == null) {
      return Optional.of("tensor '" + (a == null ? keyA : keyB) + "' is missing");
    }
    int rank = config.rank(path);
    if (a.shape().dimension() < 2
        || b.shape().dimension() < 2
        || a.shape().get(0) != rank
        || b.shape().get(1) != rank) {
      return Optional.of(
          "lora_A %s and lora_B %s of '%s' are not [r, in] and [out, r] with r = %d"
              .formatted(a.shape(), b.shape(), path, rank));
    }
    return Optional.empty();
  }
}
