package io.github.cola4j.run;

import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import io.github.cola4j.lock.Fingerprint;
import io.github.cola4j.lock.Processor;
import io.github.cola4j.spec.Device;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.worker.Machine;
import java.util.OptionalLong;

/** The device that a spec asks for, as this process has it. */
public final class Devices {
  private Devices() {}

  /** Starts PyTorch, with as many threads as a spec says. */
  static void startEngine(RunSpec spec) {
    Torch.start(spec.threads().orElseGet(Resources::physicalCores));
  }

  /**
   * @throws RunException if a GPU is asked for that PyTorch does not see
   */
  public static ai.djl.Device of(Device wanted) {
    return of("device", wanted);
  }

  /**
   * @param key of the spec that asks for it
   * @throws RunException if a GPU is asked for that PyTorch does not see
   */
  static ai.djl.Device of(String key, Device wanted) {
    int gpus = Engine.getEngine(Torch.ENGINE).getGpuCount();
    if (wanted instanceof Device.Cuda cuda) {
      if (cuda.index() >= gpus) {
        throw new RunException(
            "%s: %s is asked for, but PyTorch %s sees %s here"
                .formatted(
                    key,
                    wanted.key(),
                    Torch.version(),
                    gpus == 0 ? "no GPU" : "only " + gpus + " of them"),
            "a native library for the CPU on the class path hides all GPUs: ask for natives for CUDA",
            key.equals("device")
                ? "else write device: auto or device: cpu"
                : "else write " + key + ": cpu");
      }
      return ai.djl.Device.gpu(cuda.index());
    }
    return wanted instanceof Device.Auto && gpus > 0 ? ai.djl.Device.gpu() : ai.djl.Device.cpu();
  }

  /** What is in use of a GPU's memory, by all processes; empty where nobody tells. */
  static OptionalLong usedBytes(ai.djl.Device device) {
    if (!device.isGpu()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(CudaUtils.getGpuMemory(device).getCommitted());
    } catch (RuntimeException | LinkageError e) { // CUDA's runtime is not where JNA looks
      return OptionalLong.empty();
    }
  }

  /** The word for a device, {@code cpu} or {@code cuda:0}. */
  public static String name(ai.djl.Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }

  /** What this process computes on. */
  static Fingerprint platform(ai.djl.Device device) {
    return Fingerprint.of(
        new Fingerprint.Engine(name(device), Torch.threads(), Torch.version(), Torch.libraries()),
        Machine.current().platform(),
        Processor.here(),
        System.getenv());
  }
}
