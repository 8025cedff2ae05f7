package io.github.cola4j.kernel.shell;

import java.util.List;
import java.util.stream.Collectors;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;

/** {@code %lsmagic}: the magics that there are. */
final class ListMagic implements LineMagic<String, JavaKernel> {
  private final Magics magics;

  ListMagic(Magics magics) {
    this.magics = magics;
  }

  @Override
  public String eval(JavaKernel kernel, List<String> arguments) {
    return magics.names().collect(Collectors.joining("\n"));
  }
}
