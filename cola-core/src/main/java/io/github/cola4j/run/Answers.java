package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.data.Conversations;
import io.github.cola4j.data.DataException;
import io.github.cola4j.predict.Classification;
import io.github.cola4j.predict.ImagePredictor;
import io.github.cola4j.predict.Message;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.Text;
import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a finished run answers: its base with its adapter, open. */
final class Answers implements AutoCloseable {
  private static final int ROWS_AT_ONCE = 256;

  /** Each keeps its keys and values while text is written. */
  private static final int TEXTS_AT_ONCE = 16;

  private final FinishedRun run;
  private final Predictor texts; // or null
  private final ImagePredictor images; // or null

  /** Opens a run; the caller closes it. */
  Answers(FinishedRun run) {
    this.run = run;
    boolean pictures = run.spec().task() == Task.IMAGE_CLASSIFICATION;
    images = pictures ? run.imagePredictor() : null;
    texts = pictures ? null : run.predictor();
  }

  /** How many questions are best asked at once. */
  int atOnce() {
    return run.spec().task().generates() ? TEXTS_AT_ONCE : ROWS_AT_ONCE;
  }

  /**
   * Answers, each with the fields that docs/outputs.md tells.
   *
   * @param first the number of the first question among all
   */
  List<ObjectNode> to(List<Question> questions, long first) {
    return switch (run.spec().task()) {
      case IMAGE_CLASSIFICATION ->
          images
              .classify(
                  questions.stream().map(question -> Path.of(question.asked().get(0))).toList())
              .stream()
              .map(Answers::answer)
              .toList();
      case SEQUENCE_CLASSIFICATION ->
          texts.classify(texts(questions)).stream().map(Answers::answer).toList();
      case SEQUENCE_REGRESSION ->
          texts.score(texts(questions)).stream()
              .map(score -> JsonNodeFactory.instance.objectNode().put("score", score))
              .toList();
      case CAUSAL_LM, SEQUENCE_TO_SEQUENCE ->
          generated(questions, first).stream()
              .map(text -> JsonNodeFactory.instance.objectNode().put("generated", text))
              .toList();
    };
  }

  private List<String> generated(List<Question> questions, long first) {
    if (run.spec().data().train().columns() instanceof ColumnsSpec.Chat) {
      return run.chats(texts, questions.stream().map(Answers::conversation).toList(), first);
    }
    return run.generate(texts, questions.stream().map(Question::asked).toList(), first);
  }

  private static List<Message> conversation(Question question) {
    return Conversations.question(
            question.asked().get(0),
            (problem, fix) -> new DataException(question.file(), question.line(), problem, fix))
        .stream()
        .map(said -> new Message((String) said.get("role"), (String) said.get("content")))
        .toList();
  }

  private static List<Text> texts(List<Question> questions) {
    return questions.stream()
        .map(Question::asked)
        .map(asked -> new Text(asked.get(0), asked.size() > 1 ? asked.get(1) : null))
        .toList();
  }

  private static ObjectNode answer(Classification of) {
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("label", of.label())
            .put("probability", of.probability());
    of.probabilities().forEach(answer.putObject("probabilities")::put);
    return answer;
  }

  /** An answer as a line of a log. */
  static String line(Question question, ObjectNode answer) {
    if (answer.has("generated")) {
      return question.words() + "\n" + answer.get("generated").asText();
    }
    if (answer.has("score")) {
      return String.format(
          Locale.ROOT, "%.3f %s", answer.get("score").asDouble(), question.words());
    }
    return String.format(
        Locale.ROOT,
        "%s %.3f %s",
        answer.get("label").asText(),
        answer.get("probability").asDouble(),
        question.words());
  }

  @Override
  public void close() {
    if (texts != null) {
      texts.close();
    }
    if (images != null) {
      images.close();
    }
  }
}
