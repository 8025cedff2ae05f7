package io.github.cola4j.run;

import io.github.cola4j.hub.HubName;
import io.github.cola4j.source.MavenName;
import io.github.cola4j.spec.FileRef;

/** What a base is called in what is written for others. */
final class BaseNames {
  private BaseNames() {}

  /**
   * The name by which PEFT finds a base that is from a hub; else its folder's, or its artifact's.
   */
  static String forOthers(FileRef base) {
    String text = base.asWritten();
    if (HubName.matches(text)) {
      return HubName.parse(text).repository();
    }
    return MavenName.matches(text)
        ? MavenName.parse(text).artifactId()
        : base.path().normalize().getFileName().toString();
  }
}
