package io.github.cola4j.maven;

import io.github.cola4j.advice.NearMiss;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.maven.model.InputLocation;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.Parameter;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/** What a POM has in the plugin's {@code <configuration>}. */
final class Configured {
  private Configured() {}

  /**
   * Refuses what no goal of the plugin takes: Maven 3 passes over it in silence, and a run would be
   * another one than its POM says.
   */
  static void requireKnown(MojoExecution execution, PluginDescriptor plugin)
      throws MojoFailureException {
    if (execution == null || execution.getPlugin() == null) {
      return;
    }
    Set<String> known = new TreeSet<>();
    for (MojoDescriptor goal : plugin.getMojos()) {
      List<Parameter> parameters = goal.getParameters(); // null where there are none
      for (Parameter parameter : parameters == null ? List.<Parameter>of() : parameters) {
        known.add(parameter.getName());
        if (parameter.getAlias() != null) {
          known.add(parameter.getAlias());
        }
      }
    }
    List<String> problems =
        given(execution.getPlugin(), execution.getExecutionId()).stream()
            .filter(element -> !known.contains(element.getName()))
            .map(element -> problem(element, known))
            .distinct()
            .toList();
    if (!problems.isEmpty()) {
      throw new MojoFailureException(String.join("\n", problems));
    }
  }

  private static List<Xpp3Dom> given(Plugin plugin, String execution) {
    PluginExecution own = plugin.getExecutionsAsMap().get(execution);
    List<Xpp3Dom> given = new ArrayList<>();
    Stream.of(plugin.getConfiguration(), own == null ? null : own.getConfiguration())
        .filter(Xpp3Dom.class::isInstance)
        .forEach(configuration -> given.addAll(List.of(((Xpp3Dom) configuration).getChildren())));
    return given;
  }

  private static String problem(Xpp3Dom element, Set<String> known) {
    String name = element.getName();
    List<String> near = NearMiss.of(name, known);
    String line =
        element.getInputLocation() instanceof InputLocation location
            ? ":" + location.getLineNumber()
            : "";
    return Advice.perhaps(
        "pom.xml%s: <%s> is no parameter of the plugin".formatted(line, name),
        near.isEmpty()
            ? "say it in cola.yaml, or by the full name of its key there:"
                + " <overrides><training.epochs>3</training.epochs></overrides>"
            : "write <%s>".formatted(near.get(0)));
  }
}
