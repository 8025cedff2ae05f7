package io.github.cola4j.junit;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.predict.Classification;
import io.github.cola4j.spec.Gate;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.opentest4j.AssertionFailedError;

/** Holds what a model makes of texts or pictures against what is wanted. */
public final class ModelAssert {
  private final TrainedModel model;

  ModelAssert(TrainedModel model) {
    this.model = model;
  }

  /**
   * Asks for the class of a text or a pair.
   *
   * @param text one for each column that the run learned from
   */
  public OfClass classifies(String... text) {
    return new OfClass(String.join(" | ", text), model.classify(text));
  }

  /** Asks for the class of a picture, a PNG or JPEG file relative to the project's folder. */
  public OfClass classifies(Path image) {
    return new OfClass(image.toString(), model.classify(image));
  }

  /**
   * Asks for the score of a text or a pair.
   *
   * @param text one for each column that the run learned from
   */
  public OfScore scores(String... text) {
    return new OfScore(String.join(" | ", text), model.score(text));
  }

  /**
   * Asks for the text that follows a prompt.
   *
   * @param prompt one text for each column that makes it
   */
  public OfText writes(String... prompt) {
    return new OfText(String.join(" | ", prompt), model.generate(prompt));
  }

  /** A class, to be held against the one that is wanted. */
  public final class OfClass {
    private final String asked;
    private final Classification found;

    private OfClass(String asked, Classification found) {
      this.asked = asked;
      this.found = found;
    }

    /**
     * The class.
     *
     * @throws IllegalArgumentException if the model knows no such class
     */
    public ModelAssert as(String label) {
      if (!found.probabilities().containsKey(label)) {
        throw new IllegalArgumentException(
            "The model knows no class \"%s\"; %s"
                .formatted(label, NearMiss.advice(label, found.probabilities().keySet())));
      }
      if (!found.label().equals(label)) {
        throw differs(asked, label, probabilities());
      }
      return ModelAssert.this;
    }

    /**
     * The class, and how sure the model is: {@code as("positive", ">= 0.9")}.
     *
     * @param probability a condition, as gates have them
     */
    public ModelAssert as(String label, String probability) {
      as(label);
      Gate condition = Gate.parse(probability);
      if (!condition.passes(found.probability())) {
        throw differs(asked, label + " " + probability, probabilities());
      }
      return ModelAssert.this;
    }

    private String probabilities() {
      return found.probabilities().entrySet().stream()
          .sorted((a, b) -> Double.compare(b.getValue(), a.getValue()))
          .map(one -> String.format(Locale.ROOT, "%s %.4f", one.getKey(), one.getValue()))
          .collect(Collectors.joining(", "));
    }
  }

  /** A score, to be held against a condition. */
  public final class OfScore {
    private final String asked;
    private final double found;

    private OfScore(String asked, double found) {
      this.asked = asked;
      this.found = found;
    }

    /**
     * The score keeps a condition: {@code keeping(">= 3.5")}.
     *
     * @throws IllegalArgumentException if the condition is none
     */
    public ModelAssert keeping(String condition) {
      Gate gate = Gate.parse(condition);
      if (!gate.passes(found)) {
        throw differs(asked, condition, gate.shown(found));
      }
      return ModelAssert.this;
    }
  }

  /** A text, to be held against what should be in it. */
  public final class OfText {
    private final String asked;
    private final String found;

    private OfText(String asked, String found) {
      this.asked = asked;
      this.found = found;
    }

    /** The whole text, but for white space at its ends. */
    public ModelAssert as(String text) {
      if (!found.strip().equals(text.strip())) {
        throw differs(asked, text, found);
      }
      return ModelAssert.this;
    }

    /** A part of the text. */
    public ModelAssert containing(String part) {
      if (!found.contains(part)) {
        throw differs(asked, "… " + part + " …", found);
      }
      return ModelAssert.this;
    }
  }

  private AssertionFailedError differs(String asked, String wanted, String found) {
    return new AssertionFailedError(
        "%s, asked about \"%s\":\n  wanted %s\n  found  %s"
            .formatted(model.name(), asked, wanted, found),
        wanted,
        found);
  }
}
