package io.github.cola4j.kernel.shell;

import java.util.List;
import java.util.Set;
import org.dflib.jjava.jupyter.kernel.history.HistoryEntry;
import org.dflib.jjava.jupyter.kernel.history.HistoryManager;

/** Nothing to look up: a request for history wants a reply all the same. */
final class NoHistory implements HistoryManager {
  @Override
  public List<HistoryEntry> lookupRange(int session, int from, int to, Set<ResultFlag> flags) {
    return List.of();
  }

  @Override
  public List<HistoryEntry> lookupTail(int length, Set<ResultFlag> flags) {
    return List.of();
  }

  @Override
  public List<HistoryEntry> search(String pattern, int length, Set<ResultFlag> flags) {
    return List.of();
  }
}
