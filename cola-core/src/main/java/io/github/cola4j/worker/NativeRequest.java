package io.github.cola4j.worker;

import java.util.List;

/**
 * What the user wants of the native library.
 *
 * @param device where the run is to happen
 * @param mode which library the front end is configured to give
 * @param offline whether nothing may be downloaded
 * @param cudaArtifacts configured jars that hold a libtorch for CUDA; empty if none are configured
 */
public record NativeRequest(
    DeviceChoice device, NativeMode mode, boolean offline, List<NativeArtifact> cudaArtifacts) {
  /** Copies the list. */
  public NativeRequest {
    cudaArtifacts = List.copyOf(cudaArtifacts);
  }

  /** For a device, with nothing configured. */
  public static NativeRequest of(DeviceChoice device, boolean offline) {
    return new NativeRequest(device, NativeMode.AUTO, offline, List.of());
  }
}
