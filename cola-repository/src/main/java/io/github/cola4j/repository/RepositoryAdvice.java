package io.github.cola4j.repository;

import org.eclipse.aether.resolution.ArtifactResolutionException;

/**
 * What users of a front end can do about an artifact that cannot be had. All advice is in the
 * imperative, and begins small.
 */
public interface RepositoryAdvice {
  /** How downloads are allowed, where they are not. */
  String goOnline();

  /** What to do about a native library that none of the repositories gave. */
  String library(ArtifactResolutionException problem);

  /** What to do about a model or data that none of the repositories gave. */
  String artifact(ArtifactResolutionException problem);

  /** What was found and what to do about it, in one sentence. */
  String sentence(String found, String advice);
}
