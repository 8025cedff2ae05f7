package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run is asked in files, and what it answers into one. */
class AnsweringTest {
  private static final String SHORT = "training.max_steps=5";

  @TempDir Path folder;

  private static List<String> fields(JsonNode object) {
    List<String> fields = new ArrayList<>();
    object.fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  private Path file(String name, String text) {
    Path file = folder.resolve(name);
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachRowGetsItsAnswerInOrder() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    int rows = 300; // more than are asked at once
    List<String> texts =
        SmallProject.rows(rows, 5).lines().skip(1).map(row -> row.split("\t")[0]).toList();
    StringBuilder table = new StringBuilder("id\tsentence\tlabel\n");
    texts.forEach(
        text -> table.append("no").append(text.length()).append('\t').append(text).append("\t1\n"));
    Path output = folder.resolve("out/answers.jsonl");
    ObjectNode arguments =
        Jobs.about(project.output(), file("in.tsv", table.toString()))
            .put("output", output.toString());
    List<Event> events = Jobs.events(new PredictJob(), arguments);
    List<JsonNode> answers = Jobs.lines(output);

    assertEquals(rows, answers.size());
    JsonNode alone = project.predictions(texts.stream().map(List::of).toList());
    for (int i = 0; i < rows; i++) {
      JsonNode answer = answers.get(i);
      assertEquals(
          List.of("line", "input", "label", "probability", "probabilities"), fields(answer));
      assertEquals(i + 2, answer.get("line").asInt());
      assertEquals(List.of("id", "sentence", "label"), fields(answer.get("input")));
      assertEquals("no" + texts.get(i).length(), answer.at("/input/id").asText());
      assertEquals(texts.get(i), answer.at("/input/sentence").asText());
      assertEquals(alone.get(i).get("label"), answer.get("label"));
      assertEquals(
          alone.get(i).get("probability").asDouble(), answer.get("probability").asDouble(), 1e-5);
      assertEquals(List.of("LABEL_0", "LABEL_1"), fields(answer.get("probabilities")));
      assertEquals(
          1,
          answer.at("/probabilities/LABEL_0").asDouble()
              + answer.at("/probabilities/LABEL_1").asDouble(),
          1e-6);
    }
    List<Event.RowsAnswered> progress =
        events.stream()
            .filter(Event.RowsAnswered.class::isInstance)
            .map(Event.RowsAnswered.class::cast)
            .toList();
    assertEquals(List.of(256L, 300L), progress.stream().map(Event.RowsAnswered::done).toList());
    assertEquals(300, progress.get(0).total());
    assertEquals(Event.Message.info("300 answers in " + output), events.get(events.size() - 1));
  }

  @Test
  void aTextOnEachLine() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    Path input = file("in.txt", "the charming city\r\n\n  rocks, \"left\"\tnaive\n");
    List<JsonNode> answers =
        Jobs.answers(
            new PredictJob(), Jobs.about(project.output(), input), folder.resolve("answers.jsonl"));
    assertEquals(
        List.of("the charming city", "  rocks, \"left\"\tnaive"),
        answers.stream().map(answer -> answer.at("/input/sentence").asText()).toList());
    assertEquals(List.of(1, 3), answers.stream().map(a -> a.get("line").asInt()).toList());
    // Without a file they are messages.
    List<String> words = Jobs.words(new PredictJob(), Jobs.about(project.output(), input));
    assertEquals(2, words.size());
    assertTrue(words.get(0).matches("LABEL_[01] [01]\\.\\d{3} the charming city"), words.get(0));
  }

  @Test
  void whatCannotBeAskedIsToldBeforeAnythingIsWritten() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    Path output = file("answers.jsonl", "of yesterday\n");
    String[][] cases = {
      {
        "other.tsv",
        "id\ttext\n1\ta\n",
        "other.tsv, line 1: no column 'sentence'; it has: 'id', 'text'. Name one of these; the first line must name the columns.\n  the run was trained on: sentence"
      },
      {
        "other.jsonl",
        "{\"sentence\": \"a\"}\n{\"id\": 1}\n",
        "other.jsonl, line 2: no 'sentence'; the object has: 'id'. Every object needs it."
      },
      {"short.csv", "id,sentence\n1,a\n2\n", "short.csv, line 3: the row has 1 field, but"},
      {
        "blank.csv",
        "id,sentence\n1,a\n2,\n",
        "blank.csv, line 3: there is no text. Give one that is not empty, or leave the row out."
      },
      {"empty.txt", "\n", "empty.txt: has no rows. Put at least one row into it."},
      {"empty.tsv", "sentence\n", "empty.tsv: has no rows. Put at least one row into it."},
      {
        "texts.doc",
        "a\n",
        "texts.doc: its name does not tell how it is written. It can be txt, with a text on each line, or tsv, csv or jsonl, with the columns sentence."
      },
    };
    for (String[] one : cases) {
      ObjectNode arguments =
          Jobs.about(project.output(), file(one[0], one[1])).put("output", output.toString());
      String told = Jobs.complaint(new PredictJob(), arguments);
      assertTrue(told.startsWith(folder.resolve(one[2]).toString()), told);
    }
    assertEquals(
        folder.resolve("nowhere.tsv") + ": no such file. Check the path.",
        Jobs.complaint(
            new PredictJob(), Jobs.about(project.output(), folder.resolve("nowhere.tsv"))));
    ObjectNode itself = Jobs.about(project.output(), output).put("output", output.toString());
    ((ObjectNode) itself.get("input")).put("format", "txt");
    assertTrue(Jobs.complaint(new PredictJob(), itself).contains("is the input itself"));
    assertEquals("of yesterday\n", Files.readString(output));
    try (Stream<Path> left = Files.list(folder)) {
      assertFalse(left.anyMatch(path -> path.toString().contains(".tmp-")));
    }
  }

  @Test
  void whoAsksToStopFindsNothingWritten() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    Path output = folder.resolve("answers.jsonl");
    ObjectNode arguments =
        Jobs.about(project.output(), file("in.txt", "the city\n".repeat(300)))
            .put("output", output.toString());
    List<Event> events = new ArrayList<>();
    JobResult result =
        new PredictJob().run(new JobContext(arguments, events::add, () -> !events.isEmpty()));
    assertTrue(result.early());
    assertEquals(1, events.size());
    assertFalse(Files.exists(output));
  }

  @Test
  void pairsStandInTablesOnly() {
    SmallProject project = SmallProject.bert(folder);
    project.write(
        "train.tsv",
        "premise\thypothesis\tlabel\n"
            + "the blue city\tclear\tyes\nthe city\trocks\tno\n".repeat(4));
    project.finetune(
        "data.train.text=[premise, hypothesis]", "data.validation=", "training.epochs=1");
    Path table =
        file(
            "in.jsonl", "{\"hypothesis\": \"clear\", \"id\": 7, \"premise\": \"the blue city\"}\n");
    JsonNode answer =
        Jobs.answers(
                new PredictJob(),
                Jobs.about(project.output(), table),
                folder.resolve("answers.jsonl"))
            .get(0);
    assertTrue(answer.at("/input/id").isInt());
    assertEquals(
        project.predictions(List.of(List.of("the blue city", "clear"))).at("/0/probabilities"),
        answer.get("probabilities"));
    assertEquals(
        "the run was trained on premise, hypothesis, and in.txt has one text on each line\n"
            + "  name a .tsv, .csv or .jsonl file with these columns",
        Jobs.complaint(
            new PredictJob(), Jobs.about(project.output(), file("in.txt", "the blue city\n"))));
  }

  @Test
  void aPromptOfSeveralColumns() {
    SmallProject project =
        SmallProject.of(
            folder,
            "llama",
            """
            base: base
            task: causal-lm
            data:
              train: {file: train.csv, response: ref, prompt_template: "{name}, {area} =>"}
              max_length: 60
            generation: {max_new_tokens: 8}
            adapter: {r: 4, target_modules: all-linear}
            training: {max_steps: 8, batch_size: 4, optimizer: {lr: 1e-2}}
            """);
    String rows = "Blue,city,A coffee shop.\n\"Spice, hot\",rocks,The sailors.\n".repeat(10);
    project.write("train.csv", "name,area,ref\n" + rows);
    project.finetune();
    List<JsonNode> answers =
        Jobs.answers(
            new PredictJob(),
            Jobs.about(project.output(), folder.resolve("train.csv")),
            folder.resolve("answers.jsonl"));
    assertEquals(20, answers.size());
    JsonNode alone =
        project.predictions(List.of(List.of("Blue", "city"), List.of("Spice, hot", "rocks")));
    for (int i = 0; i < 20; i++) {
      assertEquals(alone.get(i % 2).get("generated"), answers.get(i).get("generated"));
    }
    assertEquals(List.of("line", "input", "generated"), fields(answers.get(0)));
    // The row that is too long is named, though it is asked beside others.
    Path tooLong =
        file("long.csv", "name,area\nBlue,city\nBlue," + "breeze ".repeat(200) + "\nBlue,city\n");
    String told = Jobs.complaint(new PredictJob(), Jobs.about(project.output(), tooLong));
    assertTrue(told.startsWith(tooLong + ", line 3: "), told);
  }

  @Test
  void conversationsUpToWhatIsAsked() {
    SmallProject project =
        SmallProject.of(
            folder,
            "llama",
            """
            base: base
            task: causal-lm
            data: {train: {file: train.jsonl, messages: turns}, max_length: 60}
            generation: {max_new_tokens: 8}
            adapter: {r: 4, target_modules: all-linear}
            training: {max_steps: 4, batch_size: 4, optimizer: {lr: 1e-2}}
            """);
    project.write(
        "base/chat_template.jinja",
        "{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}</s>{% endfor %}"
            + "{% if add_generation_prompt %}<s>assistant: {% endif %}");
    String user = "{\"role\": \"user\", \"content\": \"name\"}";
    String assistant = "{\"role\": \"assistant\", \"content\": \"Blue Spice\"}";
    project.write("train.jsonl", "{\"turns\": [%s, %s]}\n".formatted(user, assistant).repeat(4));
    project.finetune();
    Path output = folder.resolve("answers.jsonl");
    String asked = project.predictions(List.of(List.of("name"))).at("/0/generated").asText();
    for (Path input :
        List.of(
            file("asked.jsonl", "{\"turns\": [" + user + "]}\n"),
            file("learned.jsonl", "{\"turns\": [%s, %s]}\n".formatted(user, assistant)),
            file("lines.txt", "name\n"))) {
      List<JsonNode> answers =
          Jobs.answers(new PredictJob(), Jobs.about(project.output(), input), output);
      assertEquals(asked, answers.get(0).get("generated").asText(), input.toString());
    }
    Path none = file("none.jsonl", "{\"turns\": [" + assistant + "]}\n");
    assertEquals(
        none + ", line 1: there is nothing to answer. Write what the user says.",
        Jobs.complaint(new PredictJob(), Jobs.about(project.output(), none)));
  }

  @Test
  void imagesOfAFolderAndOfAList() {
    SmallProject project = ImageProject.pictures(folder);
    project.finetune();
    Path output = folder.resolve("answers.jsonl");
    List<JsonNode> all =
        Jobs.answers(
            new PredictJob(), Jobs.about(project.output(), folder.resolve("test")), output);
    assertEquals(10, all.size());
    assertEquals(List.of("image", "label", "probability", "probabilities"), fields(all.get(0)));
    assertEquals("left/00.png", all.get(0).get("image").asText());
    assertEquals("right/04.png", all.get(9).get("image").asText());
    Path list = file("list.txt", "test/right/04.png\ntest/left/00.png\n");
    List<JsonNode> listed =
        Jobs.answers(new PredictJob(), Jobs.about(project.output(), list), output);
    assertEquals("test/right/04.png", listed.get(0).get("image").asText());
    assertEquals(
        all.get(9).get("probability").asDouble(),
        listed.get(0).get("probability").asDouble(),
        1e-6);
    Path wrong = file("wrong.txt", "test/right/04.png\ntest/right/99.png\n");
    assertEquals(
        wrong + ", line 2: there is no image test/right/99.png. Check the path.",
        Jobs.complaint(new PredictJob(), Jobs.about(project.output(), wrong)));
    assertTrue(
        Jobs.complaint(
                new PredictJob(), Jobs.about(project.output(), file("table.tsv", "image\na\n")))
            .contains("is no list of images"));
  }
}
