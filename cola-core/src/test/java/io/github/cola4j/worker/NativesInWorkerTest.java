package io.github.cola4j.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers whose class path has no native library but the one decided on. */
class NativesInWorkerTest {
  @TempDir Path logs;

  private final List<String> log = new ArrayList<>();

  @Test
  void aResolvedJarAndAnInstalledLibtorchBothServe() throws Exception {
    List<Path> natives =
        Workers.classPath().stream().filter(NativesInWorkerTest::isNative).toList();
    Machine here = machineWith(Optional.empty());
    NativeRequest request = NativeRequest.of(DeviceChoice.CPU, true);

    Path libtorch = libtorchOf(Natives.prepare(request, here, artifacts -> natives));

    var installed = Optional.of(new Machine.Libtorch(libtorch.toString(), true, false));
    NativeSetup setup =
        Natives.prepare(
            request,
            machineWith(installed),
            artifacts -> {
              throw new AssertionError("nothing is to be resolved");
            });
    assertEquals(libtorch, libtorchOf(setup));
  }

  @Test
  void withoutAnyAWorkerSaysSo() throws Exception {
    NativeSetup nothing =
        new NativeSetup(List.of(), Map.of(), Map.of("ai.djl.offline", "true"), "");
    WorkerOutcome outcome = run(nothing, logs.toString());
    assertInstanceOf(WorkerOutcome.Failed.class, outcome, outcome::text);
  }

  private Path libtorchOf(NativeSetup setup) throws Exception {
    WorkerOutcome outcome = run(setup, "");
    var finished = assertInstanceOf(WorkerOutcome.Finished.class, outcome, outcome::text);
    assertTrue(finished.value().get("version").asText().startsWith(Natives.VERSIONS.pytorch()));
    return Path.of(finished.value().get("libtorch").asText());
  }

  private WorkerOutcome run(NativeSetup setup, String cache) throws Exception {
    List<Path> bare = Workers.classPath().stream().filter(path -> !isNative(path)).toList();
    NativeSetup cached =
        cache.isEmpty()
            ? setup
            : new NativeSetup(
                setup.jars(), Map.of("ENGINE_CACHE_DIR", cache), setup.systemProperties(), "");
    WorkerCommand command =
        WorkerCommand.of(
                bare, logs, TestJobs.AddsUp.class.getName(), JsonNodeFactory.instance.objectNode())
            .withLimits(Workers.LONG, Workers.LONG)
            .withNatives(cached);
    return Worker.run(command, event -> {}, log::add, StopSignal.NEVER);
  }

  private static boolean isNative(Path entry) {
    return entry.getFileName().toString().startsWith("pytorch-native-");
  }

  private static Machine machineWith(Optional<Machine.Libtorch> libtorch) {
    Machine here = Machine.current();
    return new Machine(
        here.platform(), Optional.of(0), List.of(), Optional.empty(), libtorch, "", "", false);
  }
}
