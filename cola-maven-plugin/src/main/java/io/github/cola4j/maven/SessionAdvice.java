package io.github.cola4j.maven;

import io.github.cola4j.repository.RepositoryAdvice;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** What can be done in a build about an artifact that Maven cannot get. */
record SessionAdvice() implements RepositoryAdvice {
  @Override
  public String goOnline() {
    return "run the same command once without -o";
  }

  @Override
  public String library(ArtifactResolutionException problem) {
    return "check the repositories, mirrors and proxies of your settings.xml, and try again with -U";
  }

  @Override
  public String artifact(ArtifactResolutionException problem) {
    return "check the coordinates, and the repositories of the POM and of settings.xml";
  }

  @Override
  public String sentence(String found, String advice) {
    return Advice.perhaps(found, advice);
  }
}
