package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text that a run writes, otherwise than its spec says. */
class GenerateJobTest {
  @TempDir Path folder;
  private SmallProject project;

  @BeforeEach
  void run() {
    project =
        SmallProject.of(
            folder,
            "llama",
            """
            base: base
            task: causal-lm
            data: {train: {file: train.csv, prompt: mr, response: ref}, max_length: 60}
            generation: {max_new_tokens: 8, num_beams: 2, length_penalty: 1.5}
            adapter: {r: 4, target_modules: all-linear}
            training: {max_steps: 4, batch_size: 4, optimizer: {lr: 1e-2}}
            """);
    project.write("train.csv", "mr,ref\n" + "name[Blue],A coffee shop.\n".repeat(8));
    project.finetune();
  }

  private ObjectNode asked(String... generation) {
    ObjectNode arguments = Jobs.of(project.output());
    arguments.putArray("texts").addArray().add("name[Blue]");
    for (String change : generation) {
      arguments.withObject("/generation").put(change.split("=")[0], change.split("=")[1]);
    }
    return arguments;
  }

  private String text(ObjectNode arguments) {
    return Jobs.words(new GenerateJob(), arguments).get(0);
  }

  @Test
  void whatIsSaidReplacesTheSpecs() {
    String beams = project.predictions(List.of(List.of("name[Blue]"))).at("/0/generated").asText();
    assertEquals(beams, text(asked()));
    String shorter = text(asked("max_new_tokens=3"));
    assertTrue(shorter.length() < beams.length(), shorter);
    String greedy = text(asked("num_beams=1")); // the spec's length_penalty has no meaning then
    assertTrue(greedy.startsWith(text(asked("num_beams=1", "max_new_tokens=4"))));
  }

  @Test
  void drawnTextsDependOnTheSeedAndTheRowAlone() throws IOException {
    String[] drawn = {"do_sample=true", "num_beams=1", "temperature=2.0"};
    ObjectNode three = asked(drawn).put("samples", 3).put("seed", 5);
    List<String> texts = Jobs.words(new GenerateJob(), three);
    assertEquals(3, texts.size());
    assertNotEquals(texts.get(0), texts.get(1));
    assertEquals(texts, Jobs.words(new GenerateJob(), three));
    assertEquals(texts.get(0), text(asked(drawn).put("seed", 5)));
    assertNotEquals(texts.get(0), text(asked(drawn).put("seed", 6)));

    // Whatever stands in which batch.
    Path input = Files.writeString(folder.resolve("in.csv"), "mr\n" + "name[Blue]\n".repeat(20));
    ObjectNode many = asked(drawn).put("seed", 5);
    many.remove("texts");
    many.putObject("input").put("file", input.toString());
    List<JsonNode> rows =
        Jobs.answers(new GenerateJob(), many.deepCopy(), folder.resolve("rows.jsonl"));
    List<JsonNode> samples =
        Jobs.answers(
            new GenerateJob(),
            asked(drawn).put("seed", 5).put("samples", 20),
            folder.resolve("samples.jsonl"));
    for (int i = 0; i < 20; i++) {
      assertEquals(rows.get(i).get("generated"), samples.get(i).get("generated"));
      assertEquals(i + 1, samples.get(i).get("sample").asInt());
      assertEquals("name[Blue]", samples.get(i).at("/input/mr").asText());
    }
    assertTrue(rows.stream().map(row -> row.get("generated")).distinct().count() > 10);
  }

  @Test
  void whatCannotBeMeant() {
    assertEquals(
        "override: generation.max_new_token: unknown key; did you mean \"max_new_tokens\"?",
        Jobs.complaint(new GenerateJob(), asked("max_new_token=3")).strip());
    assertTrue(
        Jobs.complaint(new GenerateJob(), asked("temperature=0.5"))
            .contains("generation.temperature: has no meaning with do_sample: false"));
    assertTrue(
        Jobs.complaint(new GenerateJob(), asked("max_new_tokens=none"))
            .contains("generation.max_new_tokens: "));
    assertEquals(
        "2 texts of each prompt would be the same, since nothing is drawn\n"
            + "  draw them with do_sample: true, or ask for one",
        Jobs.complaint(new GenerateJob(), asked().put("samples", 2)));
  }

  @Test
  void aRunThatClassifiesWritesNothing(@TempDir Path other) {
    SmallProject classifies = SmallProject.bert(other);
    classifies.finetune("training.max_steps=2");
    for (String[] change : new String[][] {{}, {"temperature=0.5"}}) {
      ObjectNode arguments = asked(change).put("run", classifies.output().toString());
      assertEquals(
          "the run at "
              + classifies.output()
              + " is one of sequence-classification, and writes no text\n  ask for predictions",
          Jobs.complaint(new GenerateJob(), arguments));
    }
  }
}
