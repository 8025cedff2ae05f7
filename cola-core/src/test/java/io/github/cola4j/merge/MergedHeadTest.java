package io.github.cola4j.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.golden.CausalCase;
import io.github.cola4j.model.CausalLanguageModel;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A head that a base holds although its configuration ties it comes along when it is merged. */
class MergedHeadTest {
  private static final String HEAD = CausalLanguageModel.HEAD;

  @TempDir private Path folder;

  static List<CausalCase> tied() {
    List<CausalCase> tied =
        CausalCase.causals().stream()
            .filter(reference -> reference.config().path("tie_word_embeddings").asBoolean())
            .toList();
    assertFalse(tied.isEmpty());
    return tied;
  }

  /** Untied in config.json, so that transformers 4 loads it as transformers 5 does. */
  @ParameterizedTest
  @MethodSource("tied")
  void aHeadOfItsOwnIsWritten(CausalCase reference) throws IOException {
    HostTensor words = words(reference);
    float[] doubled = words.toFloats();
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] *= 2;
    }
    BaseFolder merged = merged(reference, HostTensor.floats(doubled, words.shape().getShape()));
    assertFalse(merged.config().path("tie_word_embeddings").asBoolean(true));
    try (Weights weights = merged.weights()) {
      assertArrayEquals(doubled, weights.read(HEAD).toFloats());
    }
  }

  @ParameterizedTest
  @MethodSource("tied")
  void aCopyOfTheWordEmbeddingsIsNot(CausalCase reference) throws IOException {
    BaseFolder merged = merged(reference, words(reference));
    assertTrue(merged.config().path("tie_word_embeddings").asBoolean());
    try (Weights weights = merged.weights()) {
      assertFalse(weights.contains(HEAD));
    }
  }

  private static HostTensor words(CausalCase reference) {
    Map<String, HostTensor> tensors = reference.tensors("checkpoint", "model.safetensors");
    List<String> tables =
        tensors.keySet().stream().filter(n -> n.matches(".*(wte|embed_tokens).weight")).toList();
    assertEquals(1, tables.size());
    return tensors.get(tables.get(0));
  }

  /** The reference's base with this head and its adapter, merged. */
  private BaseFolder merged(CausalCase reference, HostTensor head) throws IOException {
    Torch.start(1);
    Path base = Files.createDirectory(folder.resolve("base"));
    try (Stream<Path> files = Files.list(reference.file("checkpoint"))) {
      files.forEach(file -> copy(file, base));
    }
    Map<String, HostTensor> tensors = reference.tensors("checkpoint", "model.safetensors");
    tensors.put(HEAD, head);
    SafetensorsWriter.write(base.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    Path target = folder.resolve("merged");
    MergedModel.write(
        reference.task,
        BaseFolder.open(base),
        PeftFolder.read(reference.file("peft")),
        List.of(),
        List.of(new int[] {5, 6, 7}),
        MergeSettings.of(ElementType.F32),
        target);
    return BaseFolder.open(target);
  }

  private static void copy(Path file, Path into) {
    try {
      Files.copy(file, into.resolve(file.getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
