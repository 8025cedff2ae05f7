package io.github.cola4j.gl;

import java.util.List;

/**
 * Which adapters the rows of a batch pass through, and which they train.
 *
 * @param passed who adds to the hidden values of which rows, and with what share
 * @param trained whose adaptation data comes from which rows
 */
public record Routing(List<Route> passed, List<Route> trained) {
  /** Every row passes through, and trains, the adapters of number 0: a run without users. */
  public static final Routing ONE = new Routing(List.of(Route.all(0, 1)), List.of(Route.all(0, 1)));

  public Routing {
    passed = List.copyOf(passed);
    trained = List.copyOf(trained);
  }

  /**
   * The adapters of one user, and some rows.
   *
   * @param user the number under which sites hold the user's adapter
   * @param rows of the batch, rising; null for all
   * @param share what the adapter's output is multiplied by, beside α
   */
  public record Route(int user, int[] rows, double share) {
    /** All rows. */
    public static Route all(int user, double share) {
      return new Route(user, null, share);
    }
  }
}
