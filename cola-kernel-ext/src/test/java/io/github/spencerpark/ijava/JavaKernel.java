package io.github.spencerpark.ijava;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.magic.registry.Magics;

/** IJava's kernel, as far as the extension sees it, on the true base kernel. */
public final class JavaKernel extends BaseKernel {
  private final Magics magics = new Magics();

  /** The magics that are registered. */
  public Magics getMagics() {
    return magics;
  }

  @Override
  public DisplayData eval(String code) {
    throw new UnsupportedOperationException();
  }

  @Override
  public LanguageInfo getLanguageInfo() {
    return new LanguageInfo.Builder("Java").build();
  }
}
