package io.github.cola4j.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Beam search over a batch of rows; a row that is done leaves it. */
final class Beams {
  private final Steps steps;
  private final Strategy.BeamSearch search;

  Beams(Steps steps, Strategy.BeamSearch search) {
    this.steps = steps;
    this.search = search;
  }

  /** The best continuation of each row. */
  List<Sequence> continued(List<Sequence> starts) {
    int most = Math.max(2, 1 + steps.settings().tokens().eosTokenIds().size());
    Require.that(
        most <= steps.vocabulary(),
        "beam search with %s end tokens needs a vocabulary of %s, but the model's is %s",
        most - 1,
        most,
        steps.vocabulary());
    List<BeamRow> rows =
        IntStream.range(0, starts.size())
            .mapToObj(row -> new BeamRow(row, starts.get(row), search, most * search.numBeams()))
            .toList();
    List<BeamRow> open = rows;
    // All beams of a row start from the one row that read the prompt.
    int beamsRead = 1;
    while (true) {
      float[] logits = steps.logits();
      List<BeamRow> stay = new ArrayList<>();
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < open.size(); i++) {
        BeamRow row = open.get(i);
        int[] read = new int[search.numBeams()];
        for (int beam = 0; beam < read.length; beam++) {
          read[beam] = i * beamsRead + Math.min(beam, beamsRead - 1);
        }
        int[] origins = row.step(steps, logits, read);
        if (row.done()) {
          for (int token : row.best().generated()) {
            steps.tell(row.number(), token);
          }
        } else {
          stay.add(row);
          Arrays.stream(origins).forEach(origin -> places.add(read[origin]));
        }
      }
      if (stay.isEmpty()) {
        return rows.stream().map(BeamRow::best).toList();
      }
      steps.advance(
          places.stream().mapToInt(Integer::intValue).toArray(),
          stay.stream().flatMapToInt(row -> Arrays.stream(row.lastTokens())).toArray());
      open = stay;
      beamsRead = search.numBeams();
    }
  }
}
