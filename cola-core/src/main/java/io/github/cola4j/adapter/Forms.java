package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Script;
import io.github.cola4j.tensor.Window;

/** The forms that need functions of their own: embeddings and convolutions. */
public final class Forms implements AutoCloseable {
  private final NDManager manager;
  private final Script script;

  /**
   * @param parent whose device the adapters live on
   */
  public Forms(NDManager parent) {
    manager = parent.newSubManager();
    script = Script.load(manager, Forms.class, "forms.py");
  }

  /** An embedding's: ids [n] to [n, width]; the features are one for each entry of the table. */
  public Form lookup() {
    return new Lookup(script);
  }

  /**
   * A convolution's: images [n, channels, h, w] to [n, out, places down, places across]; the
   * features are the values under the kernel at each place.
   */
  public Form patches(Window window) {
    long[] values = {
      window.kernelHeight(), window.kernelWidth(),
      window.strideHeight(), window.strideWidth(),
      window.paddingHeight(), window.paddingWidth(),
      window.dilationHeight(), window.dilationWidth()
    };
    return new Patches(script, Owned.by(manager, m -> m.create(values)));
  }

  private record Lookup(Script script) implements Form {
    @Override
    public NDArray features(NDArray x) {
      throw new UnsupportedOperationException("an embedding's features are not written out");
    }

    @Override
    public NDArray project(NDArray x, NDArray weight) {
      return script.apply("lookup", x, weight);
    }

    @Override
    public NDArray weightGradient(NDArray x, NDArray gradient, NDArray weight) {
      return script.apply("lookup_gradient", x, gradient, weight);
    }

    @Override
    public NDArray inputGradient(NDArray x, NDArray gradient, NDArray weight) {
      throw new UnsupportedOperationException("ids have no gradient");
    }

    @Override
    public NDArray rows(NDArray made) {
      return made;
    }

    @Override
    public NDArray made(NDArray rows, NDArray x) {
      return rows;
    }
  }

  private record Patches(Script script, NDArray window) implements Form {
    @Override
    public NDArray features(NDArray x) {
      return script.apply("patches", x, window);
    }

    @Override
    public NDArray project(NDArray x, NDArray weight) {
      return script.apply("convolve", x, weight, window);
    }

    @Override
    public NDArray weightGradient(NDArray x, NDArray gradient, NDArray weight) {
      return script.apply("kernel_gradient", x, gradient, weight, window);
    }

    @Override
    public NDArray inputGradient(NDArray x, NDArray gradient, NDArray weight) {
      return script.apply("image_gradient", x, gradient, weight, window);
    }

    @Override
    public NDArray rows(NDArray made) {
      return script.apply("closed", made);
    }

    @Override
    public NDArray made(NDArray rows, NDArray x) {
      return script.apply("opened", rows, x, window);
    }
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
