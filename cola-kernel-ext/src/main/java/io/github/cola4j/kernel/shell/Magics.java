package io.github.cola4j.kernel.shell;

import io.github.cola4j.advice.NearMiss;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;

/** The magics that there are, which can also be asked for what they are beside magics. */
final class Magics extends MagicsRegistry {
  private final Map<String, Object> byName = new ConcurrentHashMap<>();

  @Override
  public MagicsRegistry registerLineMagic(String name, LineMagic<?, ?> magic) {
    byName.put("%" + name, magic);
    return super.registerLineMagic(name, magic);
  }

  @Override
  public MagicsRegistry registerCellMagic(String name, CellMagic<?, ?> magic) {
    byName.put("%%" + name, magic);
    return super.registerCellMagic(name, magic);
  }

  /**
   * The magic of a name.
   *
   * @param name with its percent signs
   * @param as what it should be
   * @return null if there is none, or if it isn't
   */
  <T> T find(String name, Class<T> as) {
    Object magic = byName.get(name);
    return as.isInstance(magic) ? as.cast(magic) : null;
  }

  /** Names, with their percent signs, that begin with something. */
  List<String> beginningWith(String begin) {
    boolean cell = begin.startsWith("%%");
    return names().filter(n -> n.startsWith("%%") == cell && n.startsWith(begin)).toList();
  }

  /** Fails if there is no such magic. */
  void check(String name) {
    if (byName.containsKey(name)) {
      return;
    }
    String all = names().collect(Collectors.joining(", "));
    String near = near(name);
    throw CellFailure.of(
        "UnknownMagic", "There is no magic " + name + "." + near + "\nThere are: " + all);
  }

  /** All names, with their percent signs. */
  Stream<String> names() {
    return Set.copyOf(byName.keySet()).stream()
        .sorted(Comparator.comparing((String n) -> n.replace("%", "")).thenComparing(n -> n));
  }

  private String near(String name) {
    String percents = name.startsWith("%%") ? "%%" : "%";
    List<String> alike =
        NearMiss.of(
            name.substring(percents.length()),
            names().map(known -> known.replace("%", "")).toList());
    return alike.isEmpty()
        ? ""
        : " Did you mean "
            + (byName.containsKey(percents + alike.get(0)) ? percents : "%")
            + alike.get(0)
            + "?";
  }
}
