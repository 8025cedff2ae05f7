package io.github.cola4j.kernel.magic;

import io.github.cola4j.event.Told;
import io.github.cola4j.kernel.Prediction;
import io.github.cola4j.kernel.live.Grid;
import io.github.cola4j.kernel.live.Html;
import io.github.cola4j.kernel.notebook.Shown;
import java.util.ArrayList;
import java.util.List;

/** Predictions as a table, or as texts. */
final class Answers {
  private Answers() {}

  static Shown of(List<Prediction> predictions) {
    if (predictions.stream().allMatch(p -> p.generated().isPresent())) {
      return texts(predictions.stream().map(p -> p.generated().get()).toList());
    }
    List<List<String>> rows = new ArrayList<>();
    boolean classes = predictions.stream().anyMatch(p -> p.label().isPresent());
    rows.add(classes ? List.of("text", "label", "probability") : List.of("text", "score"));
    for (Prediction one : predictions) {
      rows.add(
          classes
              ? List.of(
                  one.asked(),
                  one.label().orElse(""),
                  one.label().map(l -> Told.number(one.probabilities().get(l))).orElse(""))
              : List.of(one.asked(), Told.number(one.score().orElse(Double.NaN))));
    }
    return Grid.of(rows);
  }

  static Shown texts(List<String> texts) {
    Html html = new Html();
    texts.forEach(text -> html.element("pre", "white-space:pre-wrap", text));
    return new Shown(String.join("\n\n", texts), html.toString());
  }
}
