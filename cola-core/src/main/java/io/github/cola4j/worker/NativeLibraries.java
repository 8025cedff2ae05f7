package io.github.cola4j.worker;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a front end gets jars from: the Maven session's repositories, or Maven Resolver with the
 * user's settings; so that mirrors, repository managers and offline mode work as users expect.
 */
@FunctionalInterface
public interface NativeLibraries {
  /**
   * Local files for these artifacts, in this order; what they depend on is not wanted.
   *
   * @throws NativeLibraryException if one cannot be had; the message names it, says why, and what
   *     to do
   */
  List<Path> resolve(List<NativeArtifact> artifacts) throws NativeLibraryException;
}
