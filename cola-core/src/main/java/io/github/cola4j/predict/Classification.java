package io.github.cola4j.predict;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What class a text or an image is of.
 *
 * @param label the most probable class
 * @param probability its probability
 * @param probabilities of all classes, in their order
 */
public record Classification(String label, double probability, Map<String, Double> probabilities) {

  /**
   * From one row of probabilities.
   *
   * @param probabilities [rows, classes]
   */
  static Classification of(List<String> labels, float[] probabilities, int row) {
    Map<String, Double> all = new LinkedHashMap<>();
    int from = row * labels.size();
    int best = 0;
    for (int c = 0; c < labels.size(); c++) {
      all.put(labels.get(c), (double) probabilities[from + c]);
      best = probabilities[from + c] > probabilities[from + best] ? c : best;
    }
    return new Classification(labels.get(best), probabilities[from + best], all);
  }
}
