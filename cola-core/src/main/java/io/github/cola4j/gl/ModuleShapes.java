package io.github.cola4j.gl;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.cola4j.adapter.Form;
import io.github.cola4j.adapter.Forms;
import io.github.cola4j.adapter.ModuleShape;
import io.github.cola4j.adapter.ModuleShape.Kind;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.Convolution;
import io.github.cola4j.model.Embedding;
import io.github.cola4j.tensor.Window;
import java.util.Optional;

/**
 * What adapters read beside each kind of module. To be kept open as long as adapters that were made
 * with it.
 */
public final class ModuleShapes implements AutoCloseable {
  private final Forms forms;

  /**
   * @param parent whose device the adapters live on
   */
  public ModuleShapes(NDManager parent) {
    forms = new Forms(parent);
  }

  /** What adapters read beside a module. */
  public ModuleShape of(BaseModule module) {
    DataType type = module.dataType();
    if (module instanceof Embedding) {
      return new ModuleShape(Kind.EMBEDDING, start(forms.lookup(), module, type));
    }
    if (module instanceof Convolution convolution) {
      Window window = convolution.window();
      Optional<Start> pixel =
          window.keepsSize()
              ? Optional.of(
                  new Start(
                      forms.patches(window.pixel()), convolution.channels(), module.out(), type))
              : Optional.empty();
      return new ModuleShape(Kind.CONVOLUTION, start(forms.patches(window), module, type), pixel);
    }
    return new ModuleShape(Kind.LINEAR, start(Form.LINEAR, module, type));
  }

  private static Start start(Form form, BaseModule module, DataType type) {
    return new Start(form, module.in(), module.out(), type);
  }

  @Override
  public void close() {
    forms.close();
  }
}
