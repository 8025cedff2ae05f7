package io.github.cola4j.kernel.work;

import io.github.cola4j.source.SourceException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.ArtifactType;
import org.eclipse.aether.artifact.ArtifactTypeRegistry;
import org.eclipse.aether.artifact.DefaultArtifact;

/**
 * What a notebook wants on its class path:
 *
 * <pre>
 * group:artifact:version
 * group:artifact:version:classifier
 * group:artifact:type:version
 * group:artifact:type:classifier:version
 * </pre>
 *
 * <p>Of four parts the third is a type if it has no digit and the fourth has one. The version may
 * be a range.
 */
record ArtifactName(
    String groupId, String artifactId, String type, String classifier, String version) {
  private static final Pattern NAME = Pattern.compile("[\\w.-]+");
  private static final Pattern VERSION =
      Pattern.compile("[\\w.+-]+|[\\[(][\\w.+,\\s\\[\\]()-]+[\\])]");
  private static final Pattern DIGIT = Pattern.compile("\\d");

  /**
   * Reads a name.
   *
   * @throws SourceException if it is none
   */
  static ArtifactName parse(String text) {
    List<String> parts = List.of(text.strip().split(":", -1));
    ArtifactName name =
        switch (parts.size()) {
          case 3 -> new ArtifactName(parts.get(0), parts.get(1), "jar", "", parts.get(2));
          case 4 ->
              hasDigit(parts.get(2)) || !hasDigit(parts.get(3))
                  ? new ArtifactName(parts.get(0), parts.get(1), "jar", parts.get(3), parts.get(2))
                  : new ArtifactName(parts.get(0), parts.get(1), parts.get(2), "", parts.get(3));
          case 5 ->
              new ArtifactName(
                  parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4));
          default -> throw noName(text);
        };
    boolean named =
        Stream.of(name.groupId, name.artifactId, name.type)
            .allMatch(part -> NAME.matcher(part).matches());
    boolean classified = name.classifier.isEmpty() || NAME.matcher(name.classifier).matches();
    if (!named || !classified || !VERSION.matcher(name.version).matches()) {
      throw noName(text);
    }
    return name;
  }

  /**
   * As the resolver has it.
   *
   * @param types say {@code test-jar}, which stands for an extension and a classifier
   */
  Artifact artifact(ArtifactTypeRegistry types) {
    ArtifactType known = types.get(type);
    return known == null
        ? new DefaultArtifact(groupId, artifactId, classifier, type, version)
        : new DefaultArtifact(
            groupId,
            artifactId,
            classifier.isEmpty() ? known.getClassifier() : classifier,
            known.getExtension(),
            version,
            known);
  }

  private static boolean hasDigit(String text) {
    return DIGIT.matcher(text).find();
  }

  private static SourceException noName(String text) {
    return new SourceException(
        "\"" + text + "\" is no Maven coordinate",
        "write group:artifact:version, and behind it :classifier where need be, or"
            + " group:artifact:type:classifier:version");
  }
}
