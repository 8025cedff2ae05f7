package io.github.cola4j.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.advice.NearMiss;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A base model as Hugging Face keeps them: a folder with {@code config.json}, {@code
 * model.safetensors} (or several files with {@code model.safetensors.index.json}) and {@code
 * tokenizer.json}.
 */
public final class BaseFolder {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String GENERATION = "generation_config.json";

  /** What may stand beside config and weights, see {@link #companions}. */
  public static final List<String> COMPANIONS =
      List.of(
          TOKENIZER,
          GENERATION,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "vocab.txt",
          "merges.txt",
          "tokenizer.model",
          "chat_template.jinja");

  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final ObjectNode config;
  private String digest;

  private BaseFolder(Path folder, ObjectNode config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * Opens a folder and reads its {@code config.json}; weights and tokenizer are looked for when
   * asked for.
   *
   * @throws CheckpointException if there is no such folder, or its config.json is missing or broken
   */
  public static BaseFolder open(Path folder) {
    if (!Files.exists(folder)) {
      throw new CheckpointException(folder, "there is no such folder" + whatThereIs(folder));
    }
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder, "is a file; name the folder that holds config.json and model.safetensors");
    }
    return new BaseFolder(
        folder,
        JsonFile.readObject(folder.resolve(CONFIG), "there is no such file, " + instead(folder)));
  }

  /** What a folder without a config.json is, and what to name in its place. */
  private static String instead(Path folder) {
    if (Files.exists(folder.resolve("adapter_config.json"))) {
      return "but an adapter_config.json: this is an adapter, not the base that it was trained on;"
          + " name the folder of that base"
          + baseOfAdapter(folder);
    }
    try (Stream<Path> files = Files.walk(folder, 3)) {
      List<Path> all = files.toList();
      Optional<Path> gguf = all.stream().filter(p -> p.toString().endsWith(".gguf")).findFirst();
      if (gguf.isPresent()) {
        return "but "
            + gguf.get().getFileName()
            + ", and GGUF is not read; name the folder of the model that it was made from:"
            + " config.json, model.safetensors, tokenizer.json";
      }
      Optional<Path> inner =
          all.stream().filter(p -> p.endsWith(CONFIG)).map(Path::getParent).sorted().findFirst();
      if (inner.isPresent()) {
        return "but one in " + folder.relativize(inner.get()) + "; name that folder";
      }
    } catch (IOException | UncheckedIOException e) {
      // what can be seen of it is no help then
    }
    return "so this is no Hugging Face model folder; name one that holds config.json,"
        + " model.safetensors and tokenizer.json";
  }

  private static String baseOfAdapter(Path folder) {
    try {
      String base =
          JsonFile.readObject(folder.resolve("adapter_config.json"), "there is no such file")
              .path("base_model_name_or_path")
              .asText();
      return base.isEmpty() ? "" : ", which it calls " + base;
    } catch (CheckpointException e) {
      return "";
    }
  }

  public Path folder() {
    return folder;
  }

  /** A copy of what {@code config.json} says. */
  public ObjectNode config() {
    return config.deepCopy();
  }

  /**
   * Maps the weights; close them after use.
   *
   * @throws CheckpointException if there are none, or a file is missing or damaged
   */
  public Weights weights() {
    if (Files.isRegularFile(folder.resolve(SINGLE))) {
      return Safetensors.open(folder.resolve(SINGLE));
    }
    if (Files.isRegularFile(folder.resolve(INDEX))) {
      return ShardedWeights.open(folder.resolve(INDEX));
    }
    throw noWeights();
  }

  /**
   * Where {@code tokenizer.json} is.
   *
   * @throws CheckpointException if there is none
   */
  public Path tokenizerFile() {
    Path file = folder.resolve(TOKENIZER);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          file,
          "there is no such file; make it in Python with"
              + " transformers.AutoTokenizer.from_pretrained(<folder>).save_pretrained(<folder>)");
    }
    return file;
  }

  /**
   * What {@code generation_config.json} says; empty where there is none.
   *
   * @throws CheckpointException if it is broken
   */
  public ObjectNode generationConfig() {
    Path file = folder.resolve(GENERATION);
    return Files.exists(file)
        ? JsonFile.readObject(file, "there is no such file")
        : JsonNodeFactory.instance.objectNode();
  }

  /**
   * The files beside config and weights that a model needs to be used: those of the tokenizer, and
   * how it generates; whichever there are.
   */
  public List<Path> companions() {
    return COMPANIONS.stream().map(folder::resolve).filter(Files::isRegularFile).toList();
  }

  /**
   * SHA-256, in hexadecimal, over names and contents of config.json, the weights, and what there is
   * of tokenizer.json, tokenizer_config.json and chat_template.jinja. Computed once; another folder
   * with the same files has the same.
   */
  public synchronized String digest() {
    if (digest == null) {
      digest = computeDigest();
    }
    return digest;
  }

  private String computeDigest() {
    List<Path> files = new ArrayList<>();
    files.add(folder.resolve(CONFIG));
    // What decides which tokens a text becomes.
    for (String name : List.of(TOKENIZER, "tokenizer_config.json", "chat_template.jinja")) {
      if (Files.isRegularFile(folder.resolve(name))) {
        files.add(folder.resolve(name));
      }
    }
    if (Files.isRegularFile(folder.resolve(SINGLE))) {
      files.add(folder.resolve(SINGLE));
    } else if (Files.isRegularFile(folder.resolve(INDEX))) {
      files.add(folder.resolve(INDEX));
      files.addAll(ShardedWeights.shards(folder.resolve(INDEX)));
    } else {
      throw noWeights();
    }
    MessageDigest sha = sha256();
    byte[] block = new byte[1 << 20];
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] name = file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        // With the lengths, so that no two lists of files run together into the same bytes.
        sha.update(ByteBuffer.allocate(12).putInt(name.length).putLong(Files.size(file)).flip());
        sha.update(name);
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
          sha.update(block, 0, n);
        }
      } catch (IOException e) {
        throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private CheckpointException noWeights() {
    if (Files.exists(folder.resolve("pytorch_model.bin"))
        || Files.exists(folder.resolve("pytorch_model.bin.index.json"))) {
      return new CheckpointException(
          folder,
          "has its weights in pytorch_model.bin only, and safetensors are needed; convert them in"
              + " Python with transformers.AutoModel.from_pretrained(<folder>)"
              + ".save_pretrained(<new folder>)");
    }
    return new CheckpointException(
        folder,
        "holds no weights: neither "
            + SINGLE
            + " nor "
            + INDEX
            + " is there; download or copy them"
            + " too");
  }

  /**
   * Near misses beside a folder that does not exist, or the first of its parents that is missing.
   */
  private static String whatThereIs(Path folder) {
    Path missing = folder.toAbsolutePath().normalize();
    while (missing.getParent() != null && !Files.isDirectory(missing.getParent())) {
      missing = missing.getParent();
    }
    if (missing.getParent() == null) {
      return "";
    }
    try (Stream<Path> siblings = Files.list(missing.getParent())) {
      List<String> folders =
          siblings.filter(Files::isDirectory).map(p -> p.getFileName().toString()).toList();
      String name = missing.getFileName().toString();
      String near = NearMiss.asClause(name, folders);
      return missing.equals(folder.toAbsolutePath().normalize())
          ? near
          : ", nor a folder '%s' in %s%s".formatted(name, missing.getParent(), near);
    } catch (IOException e) {
      return "";
    }
  }
}
