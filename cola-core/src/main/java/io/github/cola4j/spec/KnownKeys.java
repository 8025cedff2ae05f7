package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every key that some spec can have. Which keys a section has may hang on one of them, so specs
 * that take each turn are read, by the same code as any other, to see what is asked for.
 */
final class KnownKeys {
  private static final String USERS =
      " users: {mode: alone, list: {ann: {train: , validation: }}}, gates: {users: {}, baseline: {}},";

  private static final String[] TURNS = {
    "{data: {train: {format: tsv}, validation: {format: tsv}},"
        + " adapter: {kind: low-rank}, training: {optimizer: {name: adamw}}}",
    "{data: {train: {format: csv}, validation: {format: jsonl}}, adapter: {kind: linear},"
        + " training: {optimizer: {name: sgd}, schedule: {name: cosine}, max_grad_norm: 1}}",
    "{" + USERS + " adapter: {kind: mlp}}",
    "{adapter: {kind: com.acme.Fourier}}",
    "{task: image-classification, base: mlp," + USERS + "data: {train: {file: a, format: idx}}}",
    "{task: image-classification, base: cnn,"
        + " data: {train: {file: a, format: idx}, validation: {file: a, format: idx}}}",
    "{task: sequence-regression," + USERS + " data: {validation: {format: tsv}}}",
    "{task: sequence-to-sequence, data: {train: {format: tsv}, validation: {format: tsv}},"
        + USERS
        + " generation: {do_sample: true, num_beams: 2}}",
    "{task: causal-lm, data: {train: {text: a}, validation: {text: a}},"
        + USERS
        + " generation: {do_sample: true, num_beams: 2}}",
    "{task: causal-lm, data: {train: {response: a}, validation: {response: a}}}",
    "{task: causal-lm, data: {train: {messages: a}, validation: {messages: a}}}",
  };

  /** Full names, each with the choice it hangs on, say {@code kind: low-rank}, or empty. */
  static final Map<String, String> ALL = read();

  private KnownKeys() {}

  private static Map<String, String> read() {
    Map<String, String> keys = new LinkedHashMap<>();
    for (List<Section> sections : turns()) {
      for (Section section : sections) {
        section.asked().forEach(key -> keys.putIfAbsent(section.known(key), section.variant()));
      }
    }
    return keys;
  }

  /** The sections of specs that together ask for every key, spec by spec. */
  static List<List<Section>> turns() {
    return Arrays.stream(TURNS).map(KnownKeys::sections).toList();
  }

  private static List<Section> sections(String turn) {
    List<Problem> problems = new ArrayList<>();
    Mapping root = YamlText.read("", turn, problems);
    Reading reading = new Reading(new FileTypes(Path.of(""), Sources.NONE), "", root, problems);
    RunSpec.read(Section.root(reading, root), Path.of("cola.yaml"));
    return reading.sections();
  }
}
