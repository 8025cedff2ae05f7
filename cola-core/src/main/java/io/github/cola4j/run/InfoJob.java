package io.github.cola4j.run;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries the native library, on every device that it sees, and tells what it is. Takes no arguments;
 * the value is {@code cola}, {@code djl}, {@code pytorch}, {@code java}, {@code devices} and {@code
 * threads}, the physical cores, and a message says it in words.
 */
public final class InfoJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    int threads = Resources.physicalCores();
    Torch.start(threads);
    ObjectNode value = new ObjectMapper().createObjectNode();
    value.put("cola", Version.CURRENT);
    value.put("djl", Engine.getDjlVersion());
    value.put("pytorch", Torch.version());
    value.put("java", System.getProperty("java.version"));
    value.put("threads", threads);
    ArrayNode devices = value.putArray("devices");
    List<String> names = new ArrayList<>();
    List<Device> all = new ArrayList<>(List.of(Device.cpu()));
    for (int gpu = 0; gpu < Engine.getEngine(Torch.ENGINE).getGpuCount(); gpu++) {
      all.add(Device.gpu(gpu));
    }
    for (Device device : all) {
      multiply(device);
      devices.add(Devices.name(device));
      names.add(Devices.name(device));
    }
    context
        .events()
        .accept(
            Event.Message.info(
                "Works: PyTorch %s by DJL %s, on %s, with %d threads, which are the physical cores"
                    .formatted(
                        Torch.version(),
                        Engine.getDjlVersion(),
                        String.join(", ", names),
                        threads)));
    return JobResult.finished(value);
  }

  private static void multiply(Device device) {
    try (NDManager manager = Torch.newManager(device)) {
      NDArray two = manager.create(new float[] {1, 1, 1, 1}, new Shape(2, 2));
      float sum = two.matMul(two).sum().getFloat();
      if (sum != 8) {
        throw new IllegalStateException(
            "PyTorch on %s says that 2 × 2 ones squared sum up to %s, not 8"
                .formatted(Devices.name(device), sum));
      }
    }
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
