package io.github.cola4j.run;

import io.github.cola4j.checkpoint.Safetensors;
import java.nio.file.Path;

/** What a run's fit did to the parameters. */
final class Adapters {
  private Adapters() {}

  /**
   * How far B and the classifier moved, as a norm: what begins at zero, or at the base's value. A
   * does not move in the first step, since B is zero.
   */
  static double movedBy(SmallProject project) {
    double sum = 0;
    Path base = project.base().resolve("model.safetensors");
    try (Safetensors adapter = Safetensors.open(project.adapterFile());
        Safetensors weights = Safetensors.open(base)) {
      for (String name : adapter.names()) {
        String inBase = name.replace("base_model.model.", "");
        float[] after = adapter.read(name).toFloats();
        float[] before =
            weights.contains(inBase) ? weights.read(inBase).toFloats() : new float[after.length];
        for (int i = 0; i < after.length && !name.contains("lora_A"); i++) {
          double difference = after[i] - before[i];
          sum += difference * difference;
        }
      }
    }
    return Math.sqrt(sum);
  }
}
