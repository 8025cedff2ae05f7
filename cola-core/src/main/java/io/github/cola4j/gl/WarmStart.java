package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.spec.FileRef;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.tensor.Assign;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adapters that begin with what another training has come to, here or in Python, as {@code
 * training.start_from} asks; optimizers begin anew.
 */
final class WarmStart {
  private static final String KEY = "training.start_from";
  private static final int TOLD = 3;

  private WarmStart() {}

  /**
   * Gives all adapters at sites the values of stored ones. A head that the stored ones do not have
   * stays as it is.
   *
   * @param manager what is read lives in it for a moment
   * @param sites with adapters of every user, all of which begin alike
   * @throws SpecException if they do not fit
   */
  static void apply(
      NDManager manager,
      ModuleShapes shapes,
      BaseModel model,
      List<Site> sites,
      FileRef from,
      RunSpec spec) {
    PeftAdapter stored = PeftFolder.read(from.path());
    try (NDManager scratch = manager.newSubManager()) {
      Map<String, Adapter> trained = new LinkedHashMap<>();
      PeftSites.load(scratch, shapes, stored, model)
          .forEach(site -> trained.put(site.name(), site.adapter()));
      List<String> differences = differences(sites, trained, Placement.head(model));
      if (!differences.isEmpty()) {
        throw refused(spec, from, String.join("; ", differences.subList(0, told(differences))));
      }
      for (Site site : sites) {
        Adapter start = trained.get(site.name());
        if (start != null) {
          site.adapters()
              .values()
              .forEach(
                  adapter ->
                      start
                          .parameters()
                          .forEach(
                              (name, to) -> Assign.values(adapter.parameters().get(name), to)));
        }
      }
    } catch (ModelException e) {
      throw refused(spec, from, e.getMessage());
    }
  }

  private static int told(List<String> differences) {
    return Math.min(TOLD, differences.size());
  }

  private static SpecException refused(RunSpec spec, FileRef from, String why) {
    return new SpecException(
        List.of(
            spec.problem(
                KEY,
                "the adapter at \"" + from.asWritten() + "\" does not fit: " + why,
                "ask in adapter: for what its adapter_config.json says, or start from another")));
  }

  private static List<String> differences(
      List<Site> sites, Map<String, Adapter> trained, Set<String> head) {
    List<String> differences = new ArrayList<>();
    List<String> unasked = new ArrayList<>(trained.keySet());
    for (Site site : sites) {
      unasked.remove(site.name());
      Adapter start = trained.get(site.name());
      if (start == null) {
        if (!head.contains(site.name())) {
          differences.add("it has nothing at " + site.name());
        }
        continue;
      }
      site.adapters().values().stream()
          .map(adapter -> difference(start, adapter))
          .filter(difference -> !difference.isEmpty())
          .findFirst()
          .ifPresent(difference -> differences.add("at " + site.name() + " " + difference));
    }
    if (!unasked.isEmpty()) {
      differences.add("nothing is asked for at " + unasked.get(0) + ", where it has something");
    }
    return differences;
  }

  private static String difference(Adapter start, Adapter asked) {
    if (!shapes(start).equals(shapes(asked))) {
      return "it has " + shapes(start) + ", and " + shapes(asked) + " is asked for";
    }
    return start.scale() == asked.scale()
        ? ""
        : "its scale is " + start.scale() + ", and " + asked.scale() + " is asked for";
  }

  private static Map<String, List<Long>> shapes(Adapter adapter) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (Map.Entry<String, NDArray> parameter : adapter.parameters().entrySet()) {
      List<Long> shape = new ArrayList<>();
      for (long size : parameter.getValue().getShape().getShape()) {
        shape.add(size);
      }
      shapes.put(parameter.getKey(), shape);
    }
    return shapes;
  }
}
