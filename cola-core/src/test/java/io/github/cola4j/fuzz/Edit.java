package io.github.cola4j.fuzz;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * One act of damage. Numbers only, so that it means something for any document and shrinks; {@link
 * ByteEdits} and {@link JsonEdits} say what they stand for.
 *
 * @param kind which act
 * @param at where
 * @param with what to put there, or how much
 */
public record Edit(int kind, int at, int with) {
  private static final RandomDistribution UNIFORM = RandomDistribution.uniform();

  /** None to {@code most} of them. */
  public static Arbitrary<List<Edit>> upTo(int most) {
    return Combinators.combine(numbers(), numbers(), numbers())
        .as(Edit::new)
        .list()
        .ofMaxSize(most);
  }

  /** Mostly none, else as many as {@code most}: for damage beside other damage. */
  public static Arbitrary<List<Edit>> seldom(int most) {
    return Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.just(List.<Edit>of())), Tuple.of(1, upTo(most)));
  }

  private static Arbitrary<Integer> numbers() {
    return Arbitraries.integers().between(0, Integer.MAX_VALUE).withDistribution(UNIFORM);
  }
}
