package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.tensor.HostArena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Ordinary back-propagation: everything is recorded, and the adapters' parameters gather their
 * gradients themselves.
 */
record Coupled(
    NDManager manager, HostArena arena, DropoutMasks masks, Map<String, NDArray> parameters)
    implements ForwardPass {
  @Override
  public NDArray share(NDArray x) {
    return x;
  }

  @Override
  public NDArray linear(LinearGroup group, NDArray x) {
    NDArray h = ai.djl.nn.core.Linear.linear(x, group.weight(), group.bias()).singletonOrThrow();
    List<NDArray> columns = new ArrayList<>();
    long from = 0;
    for (Linear member : group.members()) {
      NDArray own = h.get(new NDIndex(":, {}:{}", from, from + member.out()));
      from += member.out();
      NDArray a = parameters.get(member.name() + ".A");
      NDArray w = parameters.get(member.name() + ".W");
      if (a != null) {
        own =
            own.add(
                x.matMul(a.transpose()).matMul(parameters.get(member.name() + ".B").transpose()));
      } else if (w != null) {
        own = own.add(x.matMul(w.transpose()).add(parameters.get(member.name() + ".b")));
      }
      columns.add(own);
    }
    NDArray first = columns.remove(0);
    return columns.isEmpty() ? first : first.concat(concat(columns), 1);
  }

  private static NDArray concat(List<NDArray> columns) {
    NDArray all = columns.get(0);
    for (NDArray more : columns.subList(1, columns.size())) {
      all = all.concat(more, 1);
    }
    return all;
  }

  @Override
  public NDArray dropout(long count, double p) {
    return masks.next(manager, count, p);
  }
}
