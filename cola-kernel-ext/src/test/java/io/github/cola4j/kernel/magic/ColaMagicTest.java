package io.github.cola4j.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.kernel.Cola;
import io.github.cola4j.kernel.Prediction;
import io.github.cola4j.kernel.RecordingNotebook;
import io.github.cola4j.kernel.Run;
import io.github.cola4j.kernel.TestSurroundings;
import io.github.cola4j.kernel.TinyProject;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.kernel.work.Workshop;
import io.github.cola4j.worker.WorkerOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColaMagicTest {
  @TempDir Path folder;

  private final RecordingNotebook notebook = new RecordingNotebook();
  private Session session;
  private ColaMagic cola;

  @BeforeEach
  void open() {
    TinyProject.make(folder);
    session = new Session(notebook, new Workshop(new TestSurroundings(), folder));
    cola = new ColaMagic(session);
  }

  private Object line(String... words) throws InterruptedException {
    return cola.line(List.of(words));
  }

  private CellError refused(String... words) {
    return assertThrows(CellError.class, () -> line(words));
  }

  private String shown() {
    return notebook.last().get(notebook.last().size() - 1).text();
  }

  @Test
  void aCellTrainsAndWhatItMadeCanBeUsed() throws Exception {
    Run run = (Run) cola.cell(List.of("finetune", "--name", "first"), TinyProject.spec(2));

    assertTrue(run.finished());
    assertEquals(folder.resolve("target/cola/first"), run.folder());
    assertEquals(20, run.losses().size());
    Shown last = notebook.ofLatest().get(notebook.ofLatest().size() - 1);
    assertTrue(last.text().contains("first: finished 20 steps"), last.text());
    assertTrue(last.text().contains("[=============================="), last.text());
    assertTrue(last.html().contains("<svg"), last.html());
    assertTrue(notebook.ofLatest().size() > 1, "it was never updated");

    cola.cell(List.of("finetune", "--name", "first"), TinyProject.spec(2));
    assertTrue(shown().contains("up to date"), shown());

    line("runs");
    assertTrue(shown().contains("finished"), shown());
    line("plot");
    assertTrue(notebook.last().get(notebook.last().size() - 1).html().contains("<svg"));
    line("status");
    assertTrue(shown().contains("finished"), shown());

    @SuppressWarnings("unchecked")
    List<Prediction> predictions = (List<Prediction>) line("predict", "a gem of a film");
    assertEquals(1, predictions.size());
    assertEquals(1, sum(predictions.get(0).probabilities()), 1e-5);
    assertTrue(shown().contains("a gem of a film"), shown());
    cola.cell(List.of("predict"), "one\n\ntwo\n");
    assertTrue(shown().contains("one") && shown().contains("two"), shown());

    line("evaluate", "--split", "train");
    assertTrue(shown().contains("accuracy"), shown());
    line("merge", "--target", "merged");
    assertTrue(Files.exists(folder.resolve("merged/model.safetensors")));
    line("export", "--target", "out/adapter.zip");
    assertTrue(Files.exists(folder.resolve("out/adapter.zip")));
    line("users");
    assertTrue(notebook.printed().contains("has no users"), notebook.printed());

    assertTrue(refused("spec", ">", "bert").getMessage().contains("is a folder"));
    line("spec", ">cola.yaml");
    String written = Files.readString(folder.resolve("cola.yaml"));
    assertEquals(TinyProject.spec(2) + "output: target/cola/first\n", written);
    line("finetune", "cola.yaml");
    assertTrue(shown().contains("up to date"), shown());

    cola.cell(List.of("finetune", "--name", "wide", "adapter.r=16"), TinyProject.spec(1));
    line("compare", "first", "wide");
    assertTrue(shown().contains("trainable parameters"), shown());
    assertFalse(notebook.interruptedPublisher());

    Cola.use(session);
    Run again = Cola.open("first");
    assertEquals(run.metrics(), again.metrics());
    Map<String, float[][]> weights = again.weights();
    String query =
        weights.keySet().stream().filter(n -> n.endsWith("query.lora_A.weight")).findFirst().get();
    assertEquals(8, weights.get(query).length);
  }

  @Test
  void anInterruptedRunSavesAndIsResumed() throws Exception {
    Thread cell = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              while (notebook.last().isEmpty() || !shown().contains("step ")) {
                pause();
              }
              cell.interrupt();
            });
    interrupter.start();

    assertThrows(
        InterruptedException.class, () -> cola.cell(List.of("finetune"), TinyProject.spec(400)));
    assertFalse(Thread.interrupted());
    assertTrue(session.trainings().all().get(0).await() instanceof WorkerOutcome.Stopped);
    while (!shown().contains("resume")) {
      pause();
    }
    assertFalse(notebook.interruptedPublisher());
    Cola.use(session);
    Run run = Cola.last();
    assertFalse(run.finished());
    int before = run.losses().size();
    assertTrue(before > 0);

    line("resume", "--background");
    assertTrue(refused("finetune", "training.epochs=1").getMessage().contains("is going on"));
    line("status");
    assertTrue(shown().contains("goes on"), shown());
    line("stop");
    assertTrue(notebook.printed().contains("stopped"), notebook.printed());
    assertTrue(run.losses().size() >= before);
  }

  @Test
  void aNameIsTheLastPartOfTheRunsFolderAsItStands() throws Exception {
    Run run = (Run) cola.cell(List.of("finetune", "--name", "lr0.1"), TinyProject.spec(1));
    assertEquals(folder.resolve("target/cola/lr0.1"), run.folder());

    for (String name : List.of("a/b", "..", ".", "", "  ", "../out", "a\0b")) {
      CellError error =
          assertThrows(
              CellError.class,
              () -> cola.cell(List.of("finetune", "--name", name), TinyProject.spec(1)));
      assertTrue(error.getMessage().contains("--name"), error.getMessage());
    }
  }

  @Test
  void aFileIsReadAsItIsNow() throws Exception {
    Path file = folder.resolve("cola.yaml");
    Files.writeString(file, TinyProject.spec(2));
    Run run = (Run) line("finetune", "cola.yaml");
    assertEquals(20, run.losses().size());

    Files.writeString(file, TinyProject.spec(1));
    line("finetune");
    assertEquals(10, run.losses().size());
    line("finetune", "training.epochs=3");
    assertEquals(30, run.losses().size());

    Files.delete(file);
    assertTrue(refused("finetune").getMessage().contains("cola.yaml"));
  }

  @Test
  void whyABackgroundRunFailedIsShown() throws Exception {
    cola.cell(
        List.of("finetune", "--background"),
        TinyProject.spec(1).replace("text: text", "text: txet"));

    for (int i = 0; i < 400 && !shown().contains("txet"); i++) {
      pause();
    }
    assertTrue(shown().contains("Did you mean 'text'"), shown());
  }

  @Test
  void aDamagedRunIsToldWithoutATrace() throws Exception {
    Run run = (Run) cola.cell(List.of("finetune"), TinyProject.spec(1));
    for (String name : List.of("inputs.json", "summary.json", "metrics.jsonl", "spec.yaml")) {
      byte[] whole = Files.readAllBytes(run.folder().resolve(name));
      Files.write(run.folder().resolve(name), new byte[] {'{', (byte) 0xff});
      for (List<String> words :
          List.of(
              List.of("predict", "text"),
              List.of("plot"),
              List.of("status"),
              List.of("runs"),
              List.of("users"),
              List.of("compare", "cell", "cell"))) {
        try {
          cola.line(words);
        } catch (CellError e) {
          assertFalse(e.getMessage().contains("defect"), name + ": " + e.getMessage());
        }
      }
      Files.write(run.folder().resolve(name), whole);
    }
  }

  @Test
  void aRunIsMeantWhereAFolderHasItsName() throws Exception {
    cola.cell(List.of("finetune", "--name", "bert"), TinyProject.spec(1));
    Cola.use(session);

    assertTrue(Cola.open("bert").finished());
    assertTrue(refused("plot", "llama").getMessage().contains("llama is no run"));
    assertThrows(CellError.class, () -> Cola.open("a\0b"));
  }

  @Test
  void whatIsShownLastWaitsForACellThatRuns() throws Exception {
    notebook.attached(false);
    cola.cell(List.of("finetune"), TinyProject.spec(1));
    assertFalse(shown().contains("finished"), shown());

    notebook.attached(true);
    for (int i = 0; i < 100 && !shown().contains("finished"); i++) {
      pause();
    }
    assertTrue(shown().contains("finished"), shown());
  }

  @Test
  void mistakesAreToldWithTheirPlaceAndTheirFix() throws IOException {
    String spec = TinyProject.spec(1).replace("target_modules", "target_module");
    CellError key =
        assertThrows(CellError.class, () -> cola.cell(List.of("finetune"), "# a comment\n" + spec));
    assertTrue(key.getMessage().contains("cell:8: adapter.target_module"), key.getMessage());
    assertTrue(key.getMessage().contains("target_modules"), key.getMessage());

    assertTrue(refused("finetun").getMessage().contains("finetune"));
    assertTrue(refused("finetune").getMessage().contains("There is no cola.yaml"));
    assertTrue(refused("finetune", "--forec").getMessage().contains("--force"));
    assertTrue(refused("predict", "text").getMessage().contains("train one first"));
    assertTrue(refused("plot", "nothing").getMessage().contains("There is no run nothing"));
    assertTrue(refused("resume").getMessage().contains("finetune again"));
    assertTrue(refused("spec").getMessage().contains("%%cola finetune"));
    assertTrue(refused("sites", "nowhere").getMessage().contains("nowhere"));
    assertTrue(refused("finetune", "training.epochs", "=", "1").getMessage().contains("blanks"));
    assertTrue(refused("predict", "--output", "o.jsonl", "hi").getMessage().contains("--input"));
    assertTrue(refused("help", "nope").getMessage().contains("knows no"));
    assertTrue(
        assertThrows(CellError.class, () -> cola.cell(List.of("finetune"), " \n"))
            .getMessage()
            .contains("no spec in the cell"));
    assertTrue(
        assertThrows(CellError.class, () -> cola.cell(List.of(), "base: bert"))
            .getMessage()
            .contains("%%cola finetune"));
  }

  @Test
  void aBaseShowsWhereAdaptersCanSit() throws Exception {
    line("sites", "bert");

    assertTrue(shown().contains("bert.encoder.layer.N.attention.self.query *  linear"), shown());
  }

  @Test
  void tabOffersWordsOptionsAndFiles() {
    assertEquals(List.of("finetune"), cola.complete(List.of(), "fi"));
    assertEquals(List.of("--force"), cola.complete(List.of("finetune"), "--f"));
    assertEquals(List.of("reviews.tsv"), cola.complete(List.of("finetune"), "rev"));
    assertEquals(List.of("bert/config.json"), cola.complete(List.of("sites"), "bert/con"));
    assertTrue(cola.help(List.of("predict")).contains("--user"));
    assertTrue(cola.help(List.of()).contains("finetune"));
  }

  private static double sum(Map<String, Double> values) {
    return values.values().stream().mapToDouble(v -> v).sum();
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
