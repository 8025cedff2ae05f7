package io.github.cola4j.kernel.shell;

import io.github.cola4j.kernel.notebook.Helps;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;

/** {@code %maven}: artifacts, and all that they need, that cells can use. */
final class MavenMagic implements LineMagic<Void, JavaKernel>, Helps {
  private final Artifacts artifacts;

  /**
   * @param artifacts where they are from
   */
  MavenMagic(Artifacts artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public Void eval(JavaKernel kernel, List<String> arguments) {
    if (arguments.isEmpty()) {
      throw CellFailure.of("MavenError", help(arguments).strip());
    }
    for (String argument : arguments) {
      int parts = argument.split(":", -1).length;
      if (parts < 3 || parts > 5) {
        throw CellFailure.of(
            "MavenError",
            "Not the coordinates of an artifact: "
                + argument
                + ". Write group:artifact:version, for example org.apache.commons:commons-lang3:3.14.0");
      }
    }
    kernel.addToClasspath(artifacts.resolve(arguments));
    return null;
  }

  @Override
  public String help(List<String> words) {
    return """
        %maven GROUP:ARTIFACT:VERSION…     adds artifacts, and all that they need, to the class path
        """;
  }
}
