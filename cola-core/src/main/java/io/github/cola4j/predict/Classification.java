package io.github.cola4j.predict;

import java.util.Map;

/**
 * What class a text is of.
 *
 * @param label the most probable class
 * @param probability its probability
 * @param probabilities of all classes, in their order
 */
public record Classification(String label, double probability, Map<String, Double> probabilities) {}
