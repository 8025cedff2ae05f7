package io.github.cola4j.bench;

import java.util.Locale;

/** Words of the command line, of which one is chosen. */
final class Choice {
  private Choice() {}

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How a model is trained. */
  enum Method {
    COLA;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** What is fitted at each site. */
  enum Adapter {
    LOW_RANK,
    LINEAR;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** How users share a model. */
  enum Mode {
    JOINT,
    ALONE,
    COLLABORATION;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** By which rule adapters are fitted. */
  enum Optimizer {
    ADAMW,
    SGD;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** In what the frozen linear modules are held. */
  enum Type {
    FLOAT32,
    BFLOAT16,
    FLOAT16;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** What learns images. */
  enum Architecture {
    LINEAR,
    MLP,
    CNN;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** What is fitted at each site of an image model. */
  enum ImageAdapter {
    LINEAR,
    LOW_RANK,
    MLP;

    @Override
    public String toString() {
      return word(this);
    }
  }
}
