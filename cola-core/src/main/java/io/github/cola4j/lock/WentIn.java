package io.github.cola4j.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that a run's result depends on, but for the platform.
 *
 * @param cola the version of ColA
 * @param code SHA-256 of the classes that ran; empty if nobody knows, and then not compared
 * @param spec every value that has influence, by its full key, defaults written out
 * @param contents SHA-256 of what is in the base and in each file of data, by their keys in the
 *     spec
 * @param sources the revision or digest that each coordinate of the spec was resolved to; where it
 *     alone is other, and the contents are the same, nothing else went in
 */
public record WentIn(
    String cola,
    String code,
    Map<String, String> spec,
    Map<String, String> contents,
    Map<String, String> sources) {
  /** Sorts by keys. */
  public WentIn {
    spec = Sorted.copy(spec);
    contents = Sorted.copy(contents);
    sources = Sorted.copy(sources);
  }

  /**
   * What is other here than it was, a line each, say {@code training.epochs: was 1, is 2}; empty if
   * nothing is.
   */
  public List<String> differences(WentIn was) {
    List<String> lines = new ArrayList<>(Sorted.differences(was.spec, spec));
    Sorted.differences(was.contents, contents).stream()
        .map(line -> "the content of " + line)
        .forEach(lines::add);
    if (!was.cola.equals(cola)) {
      lines.add("the version of ColA: was %s, is %s".formatted(was.cola, cola));
    }
    if (!was.code.equals(code) && !was.code.isEmpty() && !code.isEmpty()) {
      lines.add("the code of ColA, or what it needs: was %s, is %s".formatted(was.code, code));
    }
    if (!lines.isEmpty()) {
      lines.addAll(Sorted.differences(was.sources, sources));
    }
    return lines;
  }
}
