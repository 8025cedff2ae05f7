package io.github.cola4j.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Greedy generation and sampling: one token for each row, until it ends and leaves the batch. */
final class TokenByToken {
  private final Steps steps;
  private final TokenChoice choice;

  TokenByToken(Steps steps, TokenChoice choice) {
    this.steps = steps;
    this.choice = choice;
  }

  /** Continues rows to their ends. */
  List<Sequence> continued(List<Sequence> starts) {
    List<Sequence> rows = new ArrayList<>(starts);
    int[] open = IntStream.range(0, rows.size()).toArray();
    while (true) {
      float[] logits = steps.logits();
      for (int place = 0; place < open.length; place++) {
        int row = open[place];
        int token = choice.of(row, steps.scores(logits, place, rows.get(row)));
        rows.set(row, rows.get(row).then(token));
        steps.tell(row, token);
      }
      int[] before = open;
      int[] stay =
          IntStream.range(0, before.length)
              .filter(place -> !steps.ends(before[place], rows.get(before[place])))
              .toArray();
      if (stay.length == 0) {
        return rows;
      }
      open = IntStream.of(stay).map(place -> before[place]).toArray();
      steps.advance(stay, IntStream.of(open).map(row -> rows.get(row).last()).toArray());
    }
  }
}
