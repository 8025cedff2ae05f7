package io.github.cola4j.spec;

import java.util.List;

/** A spec with nothing wrong that names what has not been fetched yet. */
public final class UnfetchedException extends SpecException {
  private final transient List<Coordinate> coordinates;

  UnfetchedException(List<Coordinate> coordinates) {
    super(
        coordinates.stream()
            .map(
                c ->
                    c.problem(
                        "\"" + c.text() + "\" has not been fetched",
                        "fetch it before the spec is read, or name what is on this machine"))
            .toList());
    this.coordinates = List.copyOf(coordinates);
  }

  /** What to fetch, each text once. */
  public List<Coordinate> coordinates() {
    return coordinates;
  }
}
