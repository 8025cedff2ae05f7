package io.github.cola4j.hub;

import static io.github.cola4j.hub.HubFixture.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir Path folder;

  private record Listed(SortedSet<String> names, Path folder) implements HubFiles.Repository {
    @Override
    public HubName name() {
      return HubName.parse("hf:owner/name");
    }

    @Override
    public Path file(String name) {
      return folder.resolve(name);
    }
  }

  private Set<String> of(String... names) {
    SortedSet<String> listed = new TreeSet<>(List.of(names));
    return HubFiles.model().of(new Listed(Collections.unmodifiableSortedSet(listed), folder));
  }

  private void index(String... files) throws IOException {
    StringBuilder json = new StringBuilder("{\"metadata\": {}, \"weight_map\": {");
    for (int i = 0; i < files.length; i++) {
      json.append(i > 0 ? "," : "").append("\"w" + i + "\": \"").append(files[i]).append('"');
    }
    Files.writeString(folder.resolve(INDEX), json.append("}}"));
  }

  @Test
  void configurationTokenizerAndOneSetOfWeightsOfTheRoot() {
    String[] wanted = {
      "added_tokens.json", "chat_template.jinja", "config.json", "config_sentence.json",
      "generation_config.json", "merges.txt", "model.safetensors", "preprocessor_config.json",
      "special_tokens_map.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json",
      "vocab.json", "vocab.txt"
    };
    String[] others = {
      ".gitattributes", "README.md", "consolidated.safetensors", "flax_model.msgpack",
      "model.gguf", "onnx/config.json", "onnx/model.onnx", "onnx/model.safetensors",
      "original/tokenizer.model", "pytorch_model.bin", "tf_model.h5", "model.fp16.safetensors"
    };
    String[] all = new String[wanted.length + others.length];
    System.arraycopy(wanted, 0, all, 0, wanted.length);
    System.arraycopy(others, 0, all, wanted.length, others.length);
    assertEquals(new TreeSet<>(List.of(wanted)), of(all));
  }

  @Test
  void shardsAreThoseThatTheIndexNames() throws IOException {
    index("model-1.safetensors", "model-2.safetensors", "model-1.safetensors");
    assertEquals(
        Set.of("config.json", INDEX, "model-1.safetensors", "model-2.safetensors"),
        of(
            "config.json",
            "consolidated.safetensors",
            "model-1.safetensors",
            "model-2.safetensors",
            "model-9.safetensors",
            INDEX));
  }

  @Test
  void theSingleFileIsPreferredAsTheLoaderDoes() {
    assertEquals(
        Set.of("model.safetensors"), of("model.safetensors", INDEX, "model-1.safetensors"));
  }

  @Test
  void anAdapterIsEnoughOrComesAlong() {
    assertEquals(
        Set.of("adapter_config.json", "adapter_model.safetensors"),
        of("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"));
    assertEquals(
        Set.of("adapter_model.safetensors", "model.safetensors"),
        of("adapter_model.safetensors", "model.safetensors"));
  }

  @Test
  void withoutSafetensorsItSaysHowToMakeThem() {
    HubException e = fails(Kind.UNSUITABLE, () -> of("config.json", "pytorch_model.bin"));
    assertTrue(e.problem().contains("only pytorch_model.bin"), e.problem());
    assertTrue(e.fix().contains("save_pretrained"), e.fix());
    assertTrue(e.fix().contains("owner/name"), e.fix());
    HubException none = fails(Kind.UNSUITABLE, () -> of("train.csv"));
    assertTrue(none.fix().contains("check the name"), none.fix());
    fails(Kind.UNSUITABLE, () -> of("consolidated.safetensors", "onnx/model.safetensors"));
  }

  @Test
  void anIndexThatNamesWhatIsNotThereIsRefused() throws IOException {
    index("../escaped.safetensors");
    HubException e = fails(Kind.UNSUITABLE, () -> of(INDEX));
    assertTrue(e.problem().contains("../escaped.safetensors"), e.problem());
    index();
    assertThrows(HubException.class, () -> of(INDEX));
    Files.writeString(folder.resolve(INDEX), "{");
    fails(Kind.UNSUITABLE, () -> of(INDEX));
  }
}
