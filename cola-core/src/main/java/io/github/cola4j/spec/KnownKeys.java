package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every key that some spec can have. Which keys a section has may hang on one of them, so specs
 * that take each turn are read, by the same code as any other, to see what is asked for.
 */
final class KnownKeys {
  private static final String[] TURNS = {
    "{data: {train: {format: tsv}, validation: {format: tsv}},"
        + " adapter: {kind: low-rank}, training: {optimizer: {name: adamw}}}",
    "{data: {train: {format: csv}, validation: {format: jsonl}},"
        + " adapter: {kind: linear}, training: {optimizer: {name: sgd}, max_grad_norm: 1}}",
    "{adapter: {kind: mlp}, users: {mode: alone, list: {ann: }}}",
    "{adapter: {kind: com.acme.Fourier}}",
    "{task: image-classification, base: mlp,"
        + " data: {train: {file: a, format: idx}, validation: {file: a, format: idx}}}",
    "{task: sequence-regression, data: {validation: {format: tsv}}}",
    "{task: sequence-to-sequence, data: {train: {format: tsv}, validation: {format: tsv}},"
        + " generation: {do_sample: true, num_beams: 2}}",
    "{task: causal-lm, data: {train: {text: a}, validation: {text: a}},"
        + " generation: {do_sample: true, num_beams: 2}}",
    "{task: causal-lm, data: {train: {response: a}, validation: {response: a}}}",
    "{task: causal-lm, data: {train: {messages: a}, validation: {messages: a}}}",
  };

  /** Full names, each with the choice it hangs on, say {@code kind: low-rank}, or empty. */
  static final Map<String, String> ALL = read();

  private KnownKeys() {}

  private static Map<String, String> read() {
    Map<String, String> keys = new LinkedHashMap<>();
    for (String turn : TURNS) {
      List<Problem> problems = new ArrayList<>();
      Mapping root = YamlText.read("", turn, problems);
      Reading reading = new Reading(new FileTypes(Path.of(""), Sources.NONE), "", root, problems);
      RunSpec.read(Section.root(reading, root), Path.of("cola.yaml"));
      for (Section section : reading.sections()) {
        section.asked().forEach(key -> keys.putIfAbsent(section.known(key), section.variant()));
      }
    }
    return keys;
  }
}
