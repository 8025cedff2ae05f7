package io.github.cola4j.merge;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PEFT's adapters, merged and written, give PEFT's logits. */
class MergedModelGoldenTest {
  private static final double TOLERANCE = 1e-5;

  private NDManager manager;
  @TempDir private Path folder;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  static List<GoldenCase> references() {
    return GoldenCase.all();
  }

  @ParameterizedTest
  @MethodSource("references")
  void theMergedModelGivesTheLogitsOfPeft(GoldenCase reference) throws IOException {
    Path target = folder.resolve("merged");
    MergedModel.Report report =
        merge(
            reference,
            PeftFolder.read(reference.file("peft")),
            MergeSettings.of(ElementType.F32),
            target);
    assertEquals(ElementType.F32, report.type());
    assertTrue(report.drift() <= TOLERANCE, () -> "drift " + report.drift());

    BaseFolder merged = BaseFolder.open(target);
    assertTrue(Files.exists(merged.tokenizerFile()));
    assertEquals(
        reference.config().path("architectures").path(0).asText(),
        merged.config().path("architectures").path(0).asText());
    try (Weights weights = merged.weights();
        Weights base = reference.weights()) {
      assertEquals(base.names(), weights.names());
      try (BaseModel model = reference.model(manager, weights);
          Scope scope = Scope.open(manager)) {
        InferencePass pass =
            new InferencePass(
                new AdaptedModules(List.of(), false), scope.manager(), new HostArena());
        assertNear(
            reference.logits(pass, model).toFloatArray(),
            reference.logits(reference.tensors("peft.logits.safetensors").get("logits")),
            TOLERANCE,
            "logits");
      }
    }
    byte[] first = Files.readAllBytes(target.resolve("model.safetensors"));
    merge(
        reference,
        PeftFolder.read(reference.file("peft")),
        MergeSettings.of(ElementType.F32),
        target);
    assertTrue(Arrays.equals(first, Files.readAllBytes(target.resolve("model.safetensors"))));
  }

  @ParameterizedTest
  @MethodSource("references")
  void roundingShowsAsDriftAndIsRefusedAboveTheLimit(GoldenCase reference) {
    PeftAdapter adapter = PeftFolder.read(reference.file("peft"));
    Path target = folder.resolve("merged");
    MergedModel.Report rounded =
        merge(reference, adapter, MergeSettings.of(ElementType.BF16), target);
    assertTrue(rounded.drift() > 1e-4, () -> "drift " + rounded.drift());
    MergeSettings strict =
        new MergeSettings(MergeSettings.of(ElementType.BF16).type(), rounded.drift() / 2);
    Path other = folder.resolve("other");
    MergeException refused =
        assertThrows(MergeException.class, () -> merge(reference, adapter, strict, other));
    assertTrue(refused.getMessage().contains("write the weights as F32"), refused.getMessage());
    assertFalse(Files.exists(other), "nothing is left behind");
    assertEquals(1, folder.toFile().list().length, "nothing is left beside");
  }

  @ParameterizedTest
  @MethodSource("references")
  void aWeightThatIsNotFiniteIsNamed(GoldenCase reference) {
    PeftAdapter stored = PeftFolder.read(reference.file("peft"));
    Map<String, HostTensor> tensors = new HashMap<>(stored.tensors());
    String path = stored.paths().first();
    HostTensor b = stored.loraB(path);
    float[] values = b.toFloats();
    values[0] = Float.NaN;
    tensors.put(PeftAdapter.loraBKey(path), HostTensor.floats(values, b.shape().getShape()));
    PeftAdapter damaged = new PeftAdapter(stored.config(), tensors);
    Path target = folder.resolve("merged");
    MergeException refused =
        assertThrows(
            MergeException.class,
            () -> merge(reference, damaged, MergeSettings.of(ElementType.F32), target));
    assertTrue(refused.getMessage().startsWith(path + ".weight holds NaN"), refused.getMessage());
    assertEquals(0, folder.toFile().list().length, "nothing is left behind");
  }

  @Test
  void whatIsNoMergedModelIsNotReplaced() throws IOException {
    GoldenCase reference = GoldenCase.all().get(0);
    PeftAdapter adapter = PeftFolder.read(reference.file("peft"));
    Path thesis = Files.createDirectories(folder.resolve("mine")).resolve("thesis.txt");
    Files.writeString(thesis, "years of work");
    MergeException refused =
        assertThrows(
            MergeException.class,
            () ->
                merge(
                    reference, adapter, MergeSettings.of(ElementType.F32), folder.resolve("mine")));
    assertTrue(refused.getMessage().contains("holds other files"), refused.getMessage());
    assertEquals("years of work", Files.readString(thesis));
    Path base = reference.file("checkpoint");
    assertThrows(
        MergeException.class,
        () -> merge(reference, adapter, MergeSettings.of(ElementType.F32), base));
    assertThrows(
        MergeException.class,
        () -> merge(reference, adapter, MergeSettings.of(ElementType.F32), thesis));
  }

  private static MergedModel.Report merge(
      GoldenCase reference, PeftAdapter adapter, MergeSettings settings, Path target) {
    List<int[]> sample = new ArrayList<>();
    int from = 0;
    for (int length : reference.batch.packing().lengths()) {
      sample.add(Arrays.copyOfRange(reference.batch.ids(), from, from + length));
      from += length;
    }
    return MergedModel.write(
        reference.task,
        BaseFolder.open(reference.file("checkpoint")),
        adapter,
        IntStream.range(0, reference.classes()).mapToObj(i -> "class " + i).toList(),
        sample,
        settings,
        target);
  }
}
