package io.github.cola4j.kernel.work;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a user's Maven has its configuration. Files that are not there count as empty.
 *
 * @param folder the user's, {@code ~/.m2}: of {@code settings.xml}, {@code settings-security.xml},
 *     and of the local repository where nothing else is said
 * @param installation the folder of Maven itself, if it is known; its {@code conf/settings.xml} is
 *     read too
 * @param localRepository in place of what the settings say
 */
public record MavenHome(Path folder, Optional<Path> installation, Optional<Path> localRepository) {

  /** Of whoever runs this JVM: as {@code mvn} has it. */
  public static MavenHome ofUser() {
    Map<String, String> environment = System.getenv();
    return new MavenHome(
        Path.of(System.getProperty("user.home"), ".m2"),
        Stream.of("MAVEN_HOME", "M2_HOME")
            .map(name -> environment.getOrDefault(name, ""))
            .filter(path -> !path.isBlank())
            .findFirst()
            .map(Path::of),
        Optional.ofNullable(System.getProperty("maven.repo.local")).map(Path::of));
  }

  Path settings() {
    return folder.resolve("settings.xml");
  }

  Optional<Path> globalSettings() {
    return installation.map(maven -> maven.resolve("conf").resolve("settings.xml"));
  }

  /** A text for the user, without the name of the user's folder: it may be saved in a notebook. */
  String shown(String text) {
    Path home = folder.toAbsolutePath().getParent();
    return home == null || home.getNameCount() == 0 ? text : text.replace(home.toString(), "~");
  }
}
