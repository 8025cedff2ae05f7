package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.SomeRows;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The adapters of one pass: which rows each reads at a site, and which it learns from. */
final class RoutedAdapters {
  private final Routing routing;
  private final NDManager manager;
  private final HostArena arena;
  private final DropoutMasks dropout; // null: off
  private final Map<Packing, Map<int[], NDArray>> places = new IdentityHashMap<>();

  /**
   * @param manager owner of what adapters read
   * @param dropout of the adapters' inputs, or null if it is off
   */
  RoutedAdapters(Routing routing, NDManager manager, HostArena arena, DropoutMasks dropout) {
    this.routing = routing;
    this.manager = manager;
    this.arena = arena;
    this.dropout = dropout;
  }

  /** What each adapter of a site reads of the site's input. */
  List<Read> reads(Site site, NDArray x, Packing packing) {
    List<Read> reads = new ArrayList<>();
    for (Routing.Route route : routing.passed()) {
      Adapter adapter = site.adapters().get(route.user());
      if (adapter != null) {
        requireRows(site, packing, route);
        NDArray at = places(packing, route.rows());
        NDArray own = at == null ? x : Owned.by(manager, m -> SomeRows.take(x, at));
        reads.add(read(adapter, route, at, own));
      }
    }
    return reads;
  }

  private Read read(Adapter adapter, Routing.Route route, NDArray at, NDArray x) {
    if (dropout == null || adapter.dropout() == 0) {
      return new Read(adapter, route, at, x, null);
    }
    NDArray mask =
        Owned.by(manager, m -> dropout.next(m, x.size(), adapter.dropout()).reshape(x.getShape()));
    return new Read(adapter, route, at, Owned.by(manager, m -> x.mul(mask)), mask);
  }

  /**
   * Hands out the adaptation data of a site's adapters.
   *
   * @param x the site's input, or what became of it
   * @param reads what the adapters read of it in this pass; none where they are merged
   */
  void handOut(
      Site site,
      NDArray x,
      NDArray hiddenGradient,
      Packing packing,
      List<Read> reads,
      Consumer<AdaptationData> adaptation) {
    for (Routing.Route route : routing.trained()) {
      if (!site.adapters().containsKey(route.user())) {
        continue;
      }
      requireRows(site, packing, route);
      NDArray at = places(packing, route.rows());
      Read read =
          reads.stream().filter(r -> r.route().user() == route.user()).findFirst().orElse(null);
      boolean taken = at != null && read != null && read.places() == at;
      boolean dropped = read != null && read.places() == null && read.dropped();
      NDArray seen = taken || dropped ? read.x() : x;
      adaptation.accept(
          new AdaptationData(
              site,
              route.user(),
              at == null || taken ? seen.stopGradient() : SomeRows.take(seen, at),
              at == null ? hiddenGradient : SomeRows.take(hiddenGradient, at)));
    }
  }

  /** Whether nobody learns from some of the batch's rows only. */
  boolean learnFromAllRows() {
    return routing.trained().stream().allMatch(route -> route.rows() == null);
  }

  private static void requireRows(Site site, Packing packing, Routing.Route route) {
    if (route.rows() != null && packing.rows() == 0) {
      throw new ModelException(
          "what %s reads cannot be told apart by the batch's rows: its first dimension is not theirs; leave it out of the users' targets"
              .formatted(site.name()));
    }
  }

  /** Where the rows lie in arrays of this packing; null for all. */
  private NDArray places(Packing packing, int[] rows) {
    if (rows == null) {
      return null;
    }
    return places
        .computeIfAbsent(packing, any -> new IdentityHashMap<>())
        .computeIfAbsent(
            rows,
            asked -> {
              int[] tokens = packing.tokensOf(asked);
              return Owned.by(manager, m -> arena.longs(m, new Shape(tokens.length), tokens));
            });
  }
}
