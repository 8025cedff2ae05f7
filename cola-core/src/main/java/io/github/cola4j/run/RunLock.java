package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.gate.Summary;
import io.github.cola4j.lock.CameOut;
import io.github.cola4j.lock.Lock;
import io.github.cola4j.lock.WentIn;
import io.github.cola4j.spec.RunSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A run as its lock tells it, put together of what stands in its folder. */
public final class RunLock {
  private RunLock() {}

  /**
   * What would go into a run of a spec now.
   *
   * @param code as for {@link Standing#of}
   * @throws io.github.cola4j.checkpoint.CheckpointException if the base cannot be read
   * @throws io.github.cola4j.data.DataException if the data cannot be read
   */
  public static WentIn asked(RunSpec spec, String code) {
    return Inputs.ofFiles(spec, code).wentIn(spec);
  }

  /**
   * The lock of a finished run.
   *
   * @param spec of the very run
   * @throws io.github.cola4j.checkpoint.CheckpointException if it cannot be read
   */
  public static Lock of(RunSpec spec) {
    Path folder = spec.output().path();
    JsonNode inputs = RunFolder.told(folder, RunFolder.INPUTS);
    JsonNode summary = RunFolder.told(folder, RunFolder.SUMMARY);
    Map<String, String> files = new LinkedHashMap<>();
    summary
        .path(RunFolder.RESULTS)
        .properties()
        .forEach(file -> files.put(file.getKey(), file.getValue().asText()));
    Summary told = Summary.read(folder.resolve(RunFolder.SUMMARY));
    return Lock.of(
        Inputs.wentIn(spec, inputs),
        Inputs.platform(inputs),
        new CameOut(files, told.keptStep(), told.metrics()));
  }
}
