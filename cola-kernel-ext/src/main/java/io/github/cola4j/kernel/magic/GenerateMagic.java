package io.github.cola4j.kernel.magic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Overrides;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.GenerateJob;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "generate",
    description = "Lets a finished run write; as the head of a cell, what the cell begins.")
final class GenerateMagic implements Magic {
  private final Session session;
  private final Optional<String> cell;

  @Mixin private WhichRun which;

  @Parameters(
      paramLabel = "TEXT key=value",
      description =
          "the prompt, in quotes; and what is other than in the spec's section generation, say"
              + " max_new_tokens=64")
  private List<String> words = new ArrayList<>();

  @Option(names = "--samples", paramLabel = "N", defaultValue = "1", description = "texts to draw")
  private int samples;

  @Option(names = "--seed", paramLabel = "SEED", description = "what decides which text is drawn")
  private Long seed;

  GenerateMagic(Session session, Optional<String> cell) {
    this.session = session;
    this.cell = cell;
  }

  @Override
  public Object run() throws InterruptedException {
    // A prompt may hold a =, but a setting no blank.
    List<String> settings =
        words.stream().filter(w -> Overrides.isOne(w) && !w.contains(" ")).toList();
    List<String> prompts = new ArrayList<>(words);
    prompts.removeAll(settings);
    cell.map(String::strip).filter(text -> !text.isEmpty()).ifPresent(prompts::add);
    if (prompts.isEmpty()) {
      throw CellError.perhaps("There is no prompt", "write %cola generate \"Once upon a time\"");
    }
    Path folder = which.folder(session);
    ObjectNode told =
        new LiveJob(session)
            .run(
                "Generation",
                GenerateJob.class,
                DeviceChoice.AUTO,
                view -> question(folder, prompts, Overrides.of(settings), view),
                written -> Answers.texts(texts(written)));
    return texts(told);
  }

  private ObjectNode question(
      Path folder, List<String> prompts, Map<String, String> settings, EventSink events) {
    ObjectNode arguments =
        session.workshop().runArguments(folder, which.user(), "base"::equals, events);
    prompts.forEach(prompt -> arguments.withArray("/texts").addArray().add(prompt));
    settings.forEach(arguments.putObject("generation")::put);
    arguments.put("samples", samples);
    return seed == null ? arguments : arguments.put("seed", seed);
  }

  private static List<String> texts(ObjectNode told) {
    List<String> texts = new ArrayList<>();
    told.path("predictions").forEach(each -> texts.add(each.path("generated").asText()));
    return texts;
  }
}
