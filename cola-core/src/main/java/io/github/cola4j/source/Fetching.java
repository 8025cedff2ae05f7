package io.github.cola4j.source;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.spec.Coordinate;
import io.github.cola4j.spec.Problem;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Sources;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.UnfetchedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads specs, and fetches what they name by coordinates.
 *
 * @param from where things come from, a source for each kind of coordinate
 * @param events told what happens, in the thread that asks
 */
public record Fetching(List<Source> from, EventSink events) {
  /**
   * Reads a spec. Nothing is fetched for one that has other problems.
   *
   * @throws SpecException with every problem, what cannot be fetched among them
   * @see RunSpec#read(Path, Map)
   */
  public RunSpec read(Path yaml, Map<String, String> overrides) {
    return read(yaml, overrides, Map.of());
  }

  /**
   * The same with coordinates in versions that are known, say a lock's.
   *
   * @param versions by the coordinate; one that is not among these stands for what it does now
   */
  public RunSpec read(Path yaml, Map<String, String> overrides, Map<String, String> versions) {
    return read(sources -> RunSpec.read(yaml, overrides, sources), versions);
  }

  /**
   * Reads a spec from a text, as if it stood in the file.
   *
   * @throws SpecException with every problem, what cannot be fetched among them
   * @see RunSpec#parse(String, Path, Map)
   */
  public RunSpec parse(String yaml, Path file, Map<String, String> overrides) {
    return read(sources -> RunSpec.parse(yaml, file, overrides, sources), Map.of());
  }

  private RunSpec read(Function<Sources, RunSpec> spec, Map<String, String> versions) {
    try {
      return spec.apply(Sources.NONE);
    } catch (UnfetchedException e) {
      List<Coordinate> wanted =
          e.coordinates().stream().map(c -> c.at(versions.getOrDefault(c.text(), ""))).toList();
      return spec.apply(new Sources(fetch(wanted), true));
    }
  }

  /**
   * Fetches.
   *
   * @return by the coordinates' texts
   * @throws SpecException with all that cannot be had
   */
  public Map<String, Sources.Fetched> fetch(List<Coordinate> coordinates) {
    Map<String, Sources.Fetched> fetched = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (Coordinate wanted : coordinates) {
      try {
        if (!fetched.containsKey(wanted.text())) {
          fetched.put(wanted.text(), source(wanted.text()).fetch(wanted, events));
        }
      } catch (SourceException e) {
        problems.add(wanted.problem(e.found(), e.fix()));
      }
    }
    if (!problems.isEmpty()) {
      throw new SpecException(problems);
    }
    return fetched;
  }

  private Source source(String text) {
    Optional<Source> source =
        from.stream().filter(one -> text.startsWith(one.scheme() + ":")).findFirst();
    return source.orElseThrow(
        () ->
            new SourceException(
                "\"" + text + "\" cannot be fetched here",
                "name a file or folder, or one of: "
                    + from.stream().map(s -> s.scheme() + ":…").collect(Collectors.joining(", "))));
  }
}
