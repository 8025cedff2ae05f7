package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.event.Event;
import io.github.cola4j.hub.FakeHub;
import io.github.cola4j.hub.Hub;
import io.github.cola4j.hub.HubSettings;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.Text;
import io.github.cola4j.source.Fetching;
import io.github.cola4j.source.HubSource;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose base and data are on a hub. */
class CoordinatesRunTest {
  private static final String FIRST = "1".repeat(40);
  private static final String SECOND = "2".repeat(40);
  private static final String THIRD = "3".repeat(40);

  @TempDir Path folder;
  private final FakeHub hub = new FakeHub();
  private final List<Event> events = new ArrayList<>();

  @AfterEach
  void close() {
    hub.close();
  }

  private Fetching fetching(boolean offline) {
    HubSettings settings =
        new HubSettings(hub.endpoint(), Optional.empty(), folder.resolve("cache"), offline, true);
    return new Fetching(List.of(new HubSource(new Hub(settings))), events::add);
  }

  /** The repository has base and data alike. */
  private void publish(SmallProject project, String commit) throws IOException {
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      hub.with(commit, file, Files.readAllBytes(project.base().resolve(file)));
    }
    hub.with(commit, "train.tsv", project.read("train.tsv").getBytes(StandardCharsets.UTF_8));
    hub.revision("main", commit);
  }

  @Test
  void trainsWhatTheSameFilesTrain() throws IOException {
    SmallProject project = SmallProject.bert(Files.createDirectories(folder.resolve("project")));
    project.finetune("training.epochs=1");
    byte[] expected = Files.readAllBytes(project.adapterFile());
    String config = project.read("run/adapter/adapter_config.json");

    publish(project, FIRST);
    project.write(
        "cola.yaml",
        SmallProject.SPEC
            .replace("base: base", "base: hf:owner/name")
            .replace("file: train.tsv", "file: hf:datasets/owner/name:train.tsv"));
    Map<String, String> once = Map.of("training.epochs", "1");
    Path yaml = project.folder().resolve("cola.yaml");
    RunSpec spec = fetching(false).read(yaml, once);
    assertTrue(
        events.stream().anyMatch(e -> e instanceof Event.Downloading d && d.size() > 0),
        events.toString());
    // The same bytes: the run at the output is of the same inputs, but for how they are named.
    assertEquals(
        List.of(
            "base: was base, is hf:owner/name",
            "data.train.file: was train.tsv, is hf:datasets/owner/name:train.tsv"),
        assertInstanceOf(Standing.Outdated.class, Standing.of(spec, "")).changes());
    Finetuning.run(spec, true, events::add, StopSignal.NEVER);
    assertArrayEquals(expected, Files.readAllBytes(project.adapterFile()));
    assertEquals(
        config.replace("\"base\"", "\"owner/name\""),
        project.read("run/adapter/adapter_config.json"));

    // Another commit with the same content is nothing new; other content is.
    publish(project, SECOND);
    assertInstanceOf(Standing.UpToDate.class, Standing.of(fetching(false).read(yaml, once), ""));
    publish(project, THIRD);
    hub.with(
        THIRD, "train.tsv", "sentence\tlabel\nfine\t1\nbad\t0\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        List.of("the content of data.train has changed"),
        assertInstanceOf(Standing.Outdated.class, Standing.of(fetching(false).read(yaml, once), ""))
            .changes());

    // A lock has the commits that it was made with.
    assertInstanceOf(
        Standing.UpToDate.class,
        Standing.of(fetching(false).read(yaml, once, RunLock.of(spec).wentIn().sources()), ""));

    // The run is used with the commit that it was trained on, from the cache, without its data.
    assertEquals(
        List.of("hf:owner/name " + FIRST, "hf:datasets/owner/name:train.tsv " + FIRST),
        FinishedRun.coordinates(project.output()).stream()
            .map(c -> c.text() + " " + c.version())
            .toList());
    Files.delete(project.folder().resolve("validation.tsv"));
    FinishedRun run =
        FinishedRun.open(
            project.output(),
            fetching(true)
                .fetch(
                    FinishedRun.coordinates(project.output()).stream()
                        .filter(c -> c.key().equals("base"))
                        .toList()));
    assertTrue(run.base().folder().endsWith(FIRST), run.base().folder().toString());
    try (Predictor predictor = run.predictor()) {
      assertEquals(1, predictor.classify(List.of(Text.of("charming"))).size());
    }
  }

  @Test
  void whatCannotBeHadIsToldAtItsLine() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    publish(project, FIRST);
    project.write(
        "cola.yaml",
        SmallProject.SPEC
            .replace("base: base", "base: hf:owner/name:config.json")
            .replace("file: train.tsv", "file: hf:datasets/owner/name:trian.tsv")
            .replace("file: validation.tsv", "file: \"mvn:com.acme:reviews:1.0\""));
    SpecException wrong =
        assertThrows(
            SpecException.class, () -> fetching(false).read(folder.resolve("cola.yaml"), Map.of()));
    String message = wrong.getMessage();
    assertTrue(
        message.contains(
            "cola.yaml:1: base: \"hf:owner/name:config.json\" names one file of a repository; name the"
                + " repository alone, without :config.json"),
        message);
    assertTrue(message.contains("cola.yaml:3: data.train.file: owner/name has no file"), message);
    assertTrue(
        message.contains(
            "cola.yaml:4: data.validation.file: \"mvn:com.acme:reviews:1.0\" cannot be fetched"
                + " here; name a file or folder, or one of: hf:…"),
        message);
  }
}
