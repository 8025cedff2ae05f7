package io.github.cola4j.user;

import io.github.cola4j.gl.Routing;
import io.github.cola4j.gl.Routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * How users share a model (ColA, section 3.2 and algorithm 1; the {@code Router} of the paper's
 * code): from the owners of a batch's rows to the adapters that the rows pass through and train.
 * Users are numbered from 0.
 */
public enum Sharing {
  /** One adapter, number 0, for everybody's rows. */
  JOINT {
    @Override
    public Routing routing(int[] owners, Set<Integer> present) {
      return Routing.ONE;
    }
  },

  /** A row passes through, and trains, its own user's adapter. */
  ALONE {
    @Override
    public Routing routing(int[] owners, Set<Integer> present) {
      List<Route> own = own(owners);
      return new Routing(own, own);
    }
  },

  /**
   * Every row passes through the mean of the present users' adapters; each user's adapter is fitted
   * on that user's rows, with their hidden gradients as they are: only the merge takes the mean.
   */
  COLLABORATION {
    @Override
    public Routing routing(int[] owners, Set<Integer> present) {
      double share = 1.0 / present.size();
      return new Routing(
          new TreeSet<>(present).stream().map(user -> Route.all(user, share)).toList(),
          own(owners));
    }
  };

  /**
   * The routing of a batch.
   *
   * @param owners the user of each of the batch's rows, in the order in which it packs them
   * @param present the users who take part at present
   */
  public abstract Routing routing(int[] owners, Set<Integer> present);

  /** Each user's own rows, for users who have any. */
  private static List<Route> own(int[] owners) {
    List<Route> routes = new ArrayList<>();
    for (int user : IntStream.of(owners).distinct().sorted().toArray()) {
      int[] rows = IntStream.range(0, owners.length).filter(row -> owners[row] == user).toArray();
      routes.add(rows.length == owners.length ? Route.all(user, 1) : new Route(user, rows, 1));
    }
    return routes;
  }
}
