package io.github.cola4j.worker;

/**
 * A jar in a Maven repository.
 *
 * @param classifier empty for none
 */
public record NativeArtifact(String groupId, String artifactId, String version, String classifier) {

  /**
   * Reads {@code group:artifact:version} or {@code group:artifact:version:classifier}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static NativeArtifact parse(String coordinates) {
    String[] parts = coordinates.strip().split(":", -1);
    if (parts.length < 3 || parts.length > 4 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new IllegalArgumentException(
          "\""
              + coordinates
              + "\" is not of the form groupId:artifactId:version[:classifier], say"
              + " ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64");
    }
    return new NativeArtifact(parts[0], parts[1], parts[2], parts.length == 4 ? parts[3] : "");
  }

  @Override
  public String toString() {
    String bare = groupId + ":" + artifactId + ":" + version;
    return classifier.isEmpty() ? bare : bare + ":" + classifier;
  }
}
