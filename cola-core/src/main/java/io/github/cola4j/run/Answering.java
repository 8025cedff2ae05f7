package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.data.ChatTemplateException;
import io.github.cola4j.data.DataException;
import io.github.cola4j.event.Event;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;

/**
 * A finished run answers questions, in their order: into a file, a JSON object on each line, or to
 * those who listen. What is asked is read twice, so that a row that cannot be asked about shows
 * before the first answer; of rows and answers no more is held than is computed at once.
 *
 * @param samples how many answers each question gets
 * @param line an answer as a message
 */
record Answering(
    JobContext context,
    FinishedRun run,
    int samples,
    BiFunction<Question, ObjectNode, String> line) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Takes an answer. */
  private interface Sink {
    void accept(Question question, ObjectNode answer) throws IOException;
  }

  /** Answers what the job's arguments ask, as {@link PredictJob} tells. */
  JobResult answered() {
    JsonNode arguments = context.arguments();
    Questions questions = questions(arguments);
    try {
      return arguments.has("output")
          ? intoFile(questions, Path.of(arguments.path("output").asText()))
          : toListeners(questions, !arguments.has("input"));
    } catch (CancellationException e) {
      return JobResult.stopped();
    } catch (IOException e) {
      throw StorageException.of(run.folder(), e);
    }
  }

  private Questions questions(JsonNode arguments) {
    if (arguments.has("images")) {
      return Questions.ofImages(arguments.path("images"));
    }
    if (!arguments.has("input")) {
      return Questions.ofTexts(run, arguments.path("texts"));
    }
    JsonNode input = arguments.path("input");
    Path file = Path.of(input.path("file").asText());
    return Questions.ofFile(
        run,
        file,
        Optional.ofNullable(input.path("format").textValue()),
        input.has("folder")
            ? Path.of(input.path("folder").asText())
            : file.toAbsolutePath().getParent());
  }

  private JobResult toListeners(Questions questions, boolean hold) throws IOException {
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    ArrayNode predictions = hold ? value.putArray("predictions") : null;
    long rows =
        all(
            questions,
            false,
            (question, answer) -> {
              context.events().accept(Event.Message.info(line.apply(question, answer)));
              if (hold) {
                predictions.add(joined(question, answer));
              }
            });
    return JobResult.finished(value.put("rows", rows));
  }

  private JobResult intoFile(Questions questions, Path output) throws IOException {
    requireFile(output);
    long[] rows = {0};
    AtomicFiles.write(
        output,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
          rows[0] =
              all(
                  questions,
                  true,
                  (question, answer) -> {
                    out.write(JSON.writeValueAsBytes(joined(question, answer)));
                    out.write('\n');
                  });
          out.flush();
        });
    context
        .events()
        .accept(
            Event.Message.info(
                String.format(
                    Locale.ROOT,
                    "%,d %s in %s",
                    rows[0],
                    rows[0] == 1 ? "answer" : "answers",
                    output)));
    return JobResult.finished(JsonNodeFactory.instance.objectNode().put("rows", rows[0]));
  }

  private void requireFile(Path output) throws IOException {
    if (Files.isDirectory(output)) {
      throw new RunException("the output " + output + " is a folder", "name a .jsonl file in it");
    }
    JsonNode input = context.arguments().path("input").path("file");
    if (Files.exists(output)
        && input.isTextual()
        && Files.isSameFile(output, Path.of(input.asText()))) {
      throw new RunException(
          "the output " + output + " is the input itself", "name another .jsonl file");
    }
  }

  private static ObjectNode joined(Question question, ObjectNode answer) {
    return question.told().deepCopy().setAll(answer);
  }

  /**
   * Answers all.
   *
   * @return how many answers there are
   * @throws CancellationException if the job is asked to end
   */
  private long all(Questions questions, boolean progress, Sink sink) throws IOException {
    long total = count(questions) * samples;
    long begun = System.nanoTime();
    long done = 0;
    try (Answers answers = new Answers(run);
        Questions.Reading reading = questions.open()) {
      Question left = reading.next();
      int sample = 0;
      while (left != null) {
        List<Question> some = new ArrayList<>();
        while (left != null && some.size() < answers.atOnce()) {
          some.add(samples == 1 ? left : sample(left, sample));
          if (++sample == samples) {
            left = reading.next();
            sample = 0;
          }
        }
        if (context.stop().requested()) {
          throw new CancellationException();
        }
        List<ObjectNode> given = ask(answers, some, done);
        for (int i = 0; i < some.size(); i++) {
          sink.accept(some.get(i), given.get(i));
        }
        done += some.size();
        if (progress) {
          double seconds = Math.max(1, System.nanoTime() - begun) / 1e9;
          context.events().accept(new Event.RowsAnswered(done, total, done / seconds));
        }
      }
    }
    return done;
  }

  private static Question sample(Question question, int number) {
    return new Question(
        question.file(),
        question.line(),
        question.asked(),
        question.words(),
        question.told().deepCopy().put("sample", number + 1));
  }

  private long count(Questions questions) {
    try (Questions.Reading reading = questions.open()) {
      long count = 0;
      while (reading.next() != null) {
        count++;
      }
      if (count == 0) {
        String file = context.arguments().path("input").path("file").asText();
        throw new DataException(Path.of(file), 0, "has no rows", "Put at least one row into it");
      }
      return count;
    }
  }

  private static RuntimeException told(Question question, RuntimeException problem) {
    if (problem instanceof DataException) { // which says where
      return problem;
    }
    String what =
        (problem instanceof ChatTemplateException ? "the base's chat template " : "")
            + problem.getMessage();
    RuntimeException told =
        question.line() > 0
            ? new DataException(
                question.file(), question.line(), what, "Change the row, or leave it out")
            : new RunException(what, "ask otherwise");
    told.initCause(problem);
    return told;
  }

  /** Where one of them cannot be answered, it is found by asking one at a time. */
  private static List<ObjectNode> ask(Answers answers, List<Question> some, long first) {
    try {
      return answers.to(some, first);
    } catch (DataException | ModelException | ChatTemplateException | IllegalArgumentException e) {
      for (Question question : some) {
        try {
          answers.to(List.of(question), first);
        } catch (DataException
            | ModelException
            | ChatTemplateException
            | IllegalArgumentException problem) {
          throw told(question, problem);
        }
      }
      throw e;
    }
  }
}
