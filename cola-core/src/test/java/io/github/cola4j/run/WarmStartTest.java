package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training that begins with an adapter that was trained before. */
class WarmStartTest {
  @TempDir Path folder;

  private SmallProject trained(String... overrides) {
    SmallProject project = SmallProject.bert(folder);
    String[] all = Arrays.copyOf(overrides, overrides.length + 1);
    all[overrides.length] = "output=earlier";
    project.finetune(all);
    return project;
  }

  /** A step too small to be seen shows where training begins. */
  private static String[] still(String... overrides) {
    String[] all = Arrays.copyOf(overrides, overrides.length + 3);
    all[overrides.length] = "training.start_from=earlier/adapter";
    all[overrides.length + 1] = "training.optimizer={name: sgd, lr: 1e-30}";
    all[overrides.length + 2] = "training.epochs=1";
    return all;
  }

  private static float difference(PeftAdapter one, PeftAdapter other) {
    assertEquals(one.tensors().keySet(), other.tensors().keySet());
    float largest = 0;
    for (Map.Entry<String, HostTensor> tensor : one.tensors().entrySet()) {
      float[] values = tensor.getValue().toFloats();
      float[] others = other.tensors().get(tensor.getKey()).toFloats();
      for (int i = 0; i < values.length; i++) {
        largest = Math.max(largest, Math.abs(values[i] - others[i]));
      }
    }
    return largest;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adapter.kind=low-rank",
        "adapter={kind: linear}",
        "adapter={kind: mlp, hidden_sizes: [8]}"
      })
  void beginsWhereTheOtherEnded(String adapter) {
    SmallProject project = trained(adapter);
    double was = metrics(project, "earlier").get("accuracy");
    project.finetune(still(adapter));
    PeftAdapter first = PeftFolder.read(folder.resolve("earlier/adapter"));
    PeftAdapter second = PeftFolder.read(project.output().resolve("adapter"));
    // The head is stored as base + Δ, which takes Δ to within a rounding.
    assertTrue(difference(first, second) < 1e-7, "" + difference(first, second));
    assertEquals(was, metrics(project, "run").get("accuracy"), 1e-9);
  }

  private static RunSpec read(SmallProject project, String... overrides) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      all.put(override.substring(0, equals), override.substring(equals + 1));
    }
    return RunSpec.read(project.folder().resolve("cola.yaml"), all);
  }

  private static Map<String, Double> metrics(SmallProject project, String run) {
    Map<String, Double> metrics = new TreeMap<>();
    project
        .json(run + "/summary.json")
        .path("metrics")
        .properties()
        .forEach(m -> metrics.put(m.getKey(), m.getValue().asDouble()));
    return metrics;
  }

  @Test
  void anotherStartIsAnotherRun() throws IOException {
    SmallProject project = trained("training.epochs=1");
    project.finetune("training.start_from=earlier/adapter", "training.epochs=1");
    RunSpec spec = read(project, "training.start_from=earlier/adapter", "training.epochs=1");
    assertInstanceOf(Standing.UpToDate.class, Standing.of(spec, ""));
    byte[] result = Files.readAllBytes(project.adapterFile());
    project.finetune("training.start_from=earlier/adapter", "training.epochs=1", "output=again");
    assertArrayEquals(
        result, Files.readAllBytes(folder.resolve("again/adapter/adapter_model.safetensors")));

    Files.copy(
        folder.resolve("again/adapter/adapter_model.safetensors"),
        folder.resolve("earlier/adapter/adapter_model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    assertEquals(
        List.of("the content of training.start_from has changed"),
        assertInstanceOf(Standing.Outdated.class, Standing.of(spec, "")).changes());
  }

  @Test
  void everyUserBeginsWithIt() {
    SmallProject project = trained("training.epochs=1");
    project.write(
        "train.tsv",
        project
            .read("train.tsv")
            .replace("label\n", "label\towner\n")
            .replaceAll("(\t[01])\n", "$1\tann\n")
            .replaceFirst("ann", "bob"));
    project.write(
        "validation.tsv",
        project
            .read("validation.tsv")
            .replace("label\n", "label\towner\n")
            .replaceAll("(\t[01])\n", "$1\tann\n"));
    project.finetune(still("users={mode: collaboration, column: owner}", "evaluation.keep=last"));
    PeftAdapter first = PeftFolder.read(folder.resolve("earlier/adapter"));
    for (String user : new String[] {"ann", "bob"}) {
      PeftAdapter own = PeftFolder.read(project.output().resolve("users/" + user + "/adapter"));
      assertTrue(difference(first, own) < 1e-7, user);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    SmallProject project = trained("training.epochs=1");
    assertEquals(
        "override: training.start_from: the adapter at \"earlier/adapter\" does not fit: at"
            + " bert.encoder.layer.0.attention.self.query it has {A=[4, 32], B=[32, 4]}, and {A=[2, 32], B=[32, 2]} is"
            + " asked for",
        complaint(project, "adapter.r=2").replaceAll("; at .*", ""));
    assertTrue(
        complaint(project, "adapter.lora_alpha=4")
            .contains("its scale is 2.0, and 1.0 is asked for"));
    assertTrue(
        complaint(project, "adapter.target_modules=[key]")
            .contains("it has nothing at bert.encoder.layer.0.attention.self.key"));
    assertTrue(
        complaint(project, "adapter.target_modules=[query]").contains("nothing is asked for at "));
    assertTrue(
        assertThrows(SpecException.class, () -> read(project, "training.start_from=earler/adapter"))
            .getMessage()
            .contains("\"earler/adapter\" does not exist; did you mean \"earlier/adapter\"?"));
  }

  private static String complaint(SmallProject project, String override) {
    return assertThrows(
            SpecException.class,
            () -> project.finetune("training.start_from=earlier/adapter", "output=other", override))
        .getMessage();
  }
}
