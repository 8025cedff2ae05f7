package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TokenizerConfig TOKENS =
      new TokenizerConfig(Optional.of("<s>"), Optional.of("</s>"), Optional.empty());

  @TempDir Path folder;

  /** The expected texts are transformers'; chat/generate.py made them. */
  @Test
  void conversationsAreRenderedAsTransformersRendersThem() throws Exception {
    int rendered = 0;
    int refused = 0;
    for (JsonNode c : JSON.readTree(resource("expected.json").toFile())) {
      String name = c.get("template").asText();
      ChatTemplate template = new ChatTemplate(Files.readString(resource(name)), TOKENS);
      List<Map<String, Object>> messages =
          JSON.convertValue(c.get("messages"), new TypeReference<>() {});
      boolean prompt = c.get("add_generation_prompt").asBoolean();
      if (c.get("text").isNull()) {
        ChatTemplateException e =
            assertThrows(
                ChatTemplateException.class, () -> template.render(messages, prompt), c.toString());
        assertTrue(e.getMessage().startsWith("refuses the conversation: "), e.getMessage());
        refused++;
      } else {
        assertEquals(c.get("text").asText(), template.render(messages, prompt), c.toString());
        rendered++;
      }
    }
    assertTrue(rendered > 50 && refused > 5, rendered + " rendered, " + refused + " refused");
  }

  @Test
  void whatCannotBeRenderedIsReported() {
    List<Map<String, Object>> hi = List.of(Map.of("role", "user", "content", "Hi"));
    for (String wrong :
        List.of(
            "{{ messages[0].content.zfill(3) }}",
            "{{ messages[0].content.getBytes() }}",
            "{% for %}",
            "{{ 'a' + }}")) {
      ChatTemplate template = new ChatTemplate(wrong, TOKENS);
      ChatTemplateException e =
          assertThrows(ChatTemplateException.class, () -> template.render(hi, false), wrong);
      assertTrue(e.getMessage().startsWith("cannot be rendered here"), e.getMessage());
    }
  }

  @Test
  void aBaseSaysItsTemplateInOneOfThreeWays() throws Exception {
    assertEquals(
        new TokenizerConfig(Optional.empty(), Optional.empty(), Optional.empty()),
        TokenizerConfig.read(folder));
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(
        config, "{\"eos_token\": {\"content\": \"</s>\"}, \"chat_template\": \"one\"}");
    assertEquals(
        new TokenizerConfig(Optional.empty(), Optional.of("</s>"), Optional.of("one")),
        TokenizerConfig.read(folder));
    Files.writeString(
        config,
        "{\"bos_token\": \"<s>\", \"eos_token\": null, \"chat_template\": [{\"name\": \"tool_use\","
            + " \"template\": \"two\"}, {\"name\": \"default\", \"template\": \"three\"}]}");
    assertEquals(
        new TokenizerConfig(Optional.of("<s>"), Optional.empty(), Optional.of("three")),
        TokenizerConfig.read(folder));
    Files.writeString(folder.resolve("chat_template.jinja"), "four");
    assertEquals(Optional.of("four"), TokenizerConfig.read(folder).chatTemplate());
    Files.writeString(config, "{");
    assertEquals(
        config, assertThrows(DataException.class, () -> TokenizerConfig.read(folder)).file());
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(ChatTemplateTest.class.getResource("/chat/" + name).toURI());
  }
}
