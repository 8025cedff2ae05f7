package io.github.cola4j.source;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody wants from Maven's repositories, as written in a {@code cola.yaml}:
 *
 * <pre>
 * mvn:group:artifact:version [ :classifier ] [ @type ] [ !path ]
 *
 * mvn:com.acme:minilm:1.0                     the folder that minilm-1.0.zip holds
 * mvn:com.acme:minilm:1.0!models/small        a folder in it
 * mvn:com.acme:reviews:1.2:train@tsv          the file reviews-1.2-train.tsv
 * mvn:com.acme:reviews:1.2!data/train.tsv     a file in reviews-1.2.zip
 * </pre>
 *
 * @param groupId the group
 * @param artifactId the artifact
 * @param version a version; a snapshot may do
 * @param classifier empty where none was written
 * @param type the file's extension; {@code zip} where none was written
 * @param path a file or folder in an archive, folders separated by slashes, if one was written
 */
public record MavenName(
    String groupId,
    String artifactId,
    String version,
    String classifier,
    String type,
    Optional<String> path) {
  private static final String SCHEME = "mvn:";
  private static final Pattern FORM =
      Pattern.compile(
          "mvn:(?<group>ID):(?<artifact>ID):(?<version>ID)(:(?<classifier>ID))?(@(?<type>ID))?(!(?<path>.+))?"
              .replace("ID", "[\\w.-]+"));

  /** Whether a text means something in a Maven repository, rather than a file here. */
  public static boolean matches(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * Reads a name.
   *
   * @throws SourceException if it is none
   */
  public static MavenName parse(String text) {
    Matcher name = FORM.matcher(text);
    if (!name.matches()) {
      throw new SourceException(
          "\"" + text + "\" is no Maven coordinate",
          "write mvn:group:artifact:version, and behind it :classifier, @type or !path/in/it where need be");
    }
    return new MavenName(
        name.group("group"),
        name.group("artifact"),
        name.group("version"),
        Optional.ofNullable(name.group("classifier")).orElse(""),
        Optional.ofNullable(name.group("type")).orElse("zip"),
        Optional.ofNullable(name.group("path")));
  }

  /** Without the path, as Maven has it in its messages. */
  public String artifact() {
    return "%s:%s:%s%s:%s"
        .formatted(
            groupId, artifactId, type, classifier.isEmpty() ? "" : ":" + classifier, version);
  }
}
