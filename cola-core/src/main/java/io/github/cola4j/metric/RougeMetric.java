package io.github.cola4j.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * ROUGE of generated texts: the F measure of what they share with a reference (Lin, "ROUGE: A
 * Package for Automatic Evaluation of Summaries", 2004), as Google's {@code rouge_score} has it
 * without stemming. Words are runs of the letters a to z and digits, in lower case; whatever else
 * there is only parts them. Where a side has none, the value is 0.
 */
public enum RougeMetric implements Metric {
  /** Words. */
  ROUGE_1("rouge1") {
    @Override
    double shared(List<String> prediction, List<String> reference) {
      return sharedRuns(1, prediction, reference);
    }
  },

  /** Pairs of words that follow each other. */
  ROUGE_2("rouge2") {
    @Override
    double shared(List<String> prediction, List<String> reference) {
      return sharedRuns(2, prediction, reference);
    }
  },

  /** The longest sequence of words that both have in this order, gaps allowed. */
  ROUGE_L("rougeL") {
    @Override
    double shared(List<String> prediction, List<String> reference) {
      return f1(longest(prediction, reference), prediction.size(), reference.size());
    }
  };

  private final String key;

  RougeMetric(String key) {
    this.key = key;
  }

  abstract double shared(List<String> prediction, List<String> reference);

  /** The F measure of one text, from 0 to 1. */
  public double of(String prediction, String reference) {
    return shared(words(prediction), words(reference));
  }

  /** The best F measure of one text over several references; at least one. */
  public double of(String prediction, List<String> references) {
    return references.stream()
        .mapToDouble(reference -> of(prediction, reference))
        .max()
        .orElseThrow(() -> new IllegalArgumentException("a reference or more"));
  }

  /**
   * The mean over texts of the best F measure.
   *
   * @param references one or more for each text
   * @throws IllegalArgumentException where the two differ in length or are empty
   */
  public double mean(List<String> predictions, List<List<String>> references) {
    if (predictions.size() != references.size() || predictions.isEmpty()) {
      throw new IllegalArgumentException(
          "references for each text: " + references.size() + " for " + predictions.size());
    }
    double sum = 0;
    for (int i = 0; i < predictions.size(); i++) {
      sum += of(predictions.get(i), references.get(i));
    }
    return sum / predictions.size();
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static double sharedRuns(int n, List<String> prediction, List<String> reference) {
    List<List<String>> predicted = runs(n, prediction);
    List<List<String>> wanted = runs(n, reference);
    Map<List<String>, Integer> left = new HashMap<>();
    wanted.forEach(run -> left.merge(run, 1, Integer::sum));
    int shared = 0;
    for (List<String> run : predicted) {
      if (left.merge(run, -1, Integer::sum) >= 0) {
        shared++;
      }
    }
    return f1(shared, predicted.size(), wanted.size());
  }

  private static List<List<String>> runs(int n, List<String> words) {
    List<List<String>> runs = new ArrayList<>();
    for (int i = 0; i + n <= words.size(); i++) {
      runs.add(words.subList(i, i + n));
    }
    return runs;
  }

  /** The length of the longest common subsequence. */
  private static int longest(List<String> a, List<String> b) {
    int[] above = new int[b.size() + 1];
    for (String word : a) {
      int[] row = new int[b.size() + 1];
      for (int j = 1; j <= b.size(); j++) {
        row[j] = word.equals(b.get(j - 1)) ? above[j - 1] + 1 : Math.max(above[j], row[j - 1]);
      }
      above = row;
    }
    return above[b.size()];
  }

  /** 2 · precision · recall / (precision + recall). */
  private static double f1(int shared, int predicted, int wanted) {
    return shared == 0 ? 0 : 2.0 * shared / (predicted + wanted);
  }
}
