package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The section {@code adapter}: what is fitted at each site. Which kind is said by {@code kind}:
 * {@code low-rank} (the default), {@code linear}, {@code mlp}, or the name of a class of one's own.
 */
public sealed interface AdapterSpec {
  /** Where adapters are placed; the keys stand beside {@code kind}. */
  SitesSpec sites();

  /**
   * {@code kind: low-rank}: α·B·A with A {@code [r, in]} and B {@code [out, r]}; PEFT's LoRA.
   *
   * @param r {@code r}: the rank; PEFT's {@code r}; default 8
   * @param loraAlpha {@code lora_alpha}: α is this divided by r; PEFT's {@code lora_alpha}; default
   *     8, as in PEFT
   * @param useRslora {@code use_rslora}: α is lora_alpha divided by √r instead; PEFT's {@code
   *     use_rslora}; default false
   * @param loraDropout {@code lora_dropout}: what part of a site's input the adapter drops out in
   *     training, at least 0 and below 1; PEFT's {@code lora_dropout}; default 0
   * @param rankPattern {@code rank_pattern}: the rank of modules whose path matches a regular
   *     expression, as a whole or after a dot; the first that matches holds, and {@code r} where
   *     none does; PEFT's {@code rank_pattern}; empty by default
   * @param alphaPattern {@code alpha_pattern}: the same for {@code lora_alpha}; PEFT's {@code
   *     alpha_pattern}; empty by default
   */
  record LowRank(
      int r,
      int loraAlpha,
      boolean useRslora,
      double loraDropout,
      Map<String, Integer> rankPattern,
      Map<String, Integer> alphaPattern,
      SitesSpec sites)
      implements AdapterSpec {
    private static final LowRank DEFAULT =
        new LowRank(8, 8, false, 0, Map.of(), Map.of(), SitesSpec.DEFAULT);

    private static LowRank read(Section adapter, LowRank like, SitesSpec sites) {
      return new LowRank(
          adapter.value("r", Type.whole(Range.atLeast(1)), like.r),
          adapter.value("lora_alpha", Type.whole(Range.atLeast(1)), like.loraAlpha),
          adapter.value("use_rslora", Type.flag(), like.useRslora),
          adapter.value("lora_dropout", Type.number(Range.below(0, 1)), like.loraDropout),
          pattern(adapter, "rank_pattern", like.rankPattern),
          pattern(adapter, "alpha_pattern", like.alphaPattern),
          SitesSpec.read(adapter, sites));
    }

    private static Map<String, Integer> pattern(
        Section adapter, String key, Map<String, Integer> like) {
      Map<String, Integer> values = adapter.map(key, "query", Type.whole(Range.atLeast(1)), like);
      if (adapter.gives(key)) {
        values.keySet().forEach(regex -> requirePattern(adapter.within(key), regex));
      }
      return values;
    }

    private static void requirePattern(Section patterns, String regex) {
      Type.fault(regex)
          .or(() -> regex.isBlank() ? Optional.of("found an empty pattern") : Optional.empty())
          .ifPresent(
              fault ->
                  patterns.problem(
                      regex,
                      fault,
                      "write a module's name, or a pattern for its path, as the key"));
    }
  }

  /**
   * {@code kind: linear}: a full matrix W {@code [out, in]} with α = 1.
   *
   * @param bias {@code bias}: whether the adapter has a bias {@code [out]} too; default false
   */
  record Linear(boolean bias, SitesSpec sites) implements AdapterSpec {
    private static final Linear DEFAULT = new Linear(false, SitesSpec.DEFAULT);

    private static Linear read(Section adapter, Linear like, SitesSpec sites) {
      return new Linear(
          adapter.value("bias", Type.flag(), like.bias), SitesSpec.read(adapter, sites));
    }
  }

  /**
   * {@code kind: mlp}: a perceptron with hidden layers and α = 1. It is not linear in its input, so
   * it cannot be merged.
   *
   * @param hiddenSizes {@code hidden_sizes}: the units of each hidden layer; default [128, 256], as
   *     in the paper's code
   * @param activation {@code activation}: what comes after each hidden layer; default {@code relu}
   */
  record Mlp(List<Integer> hiddenSizes, Activation activation, SitesSpec sites)
      implements AdapterSpec {
    private static final Mlp DEFAULT =
        new Mlp(List.of(128, 256), Activation.RELU, SitesSpec.DEFAULT);

    /** The words for the activations, PyTorch's names. */
    public enum Activation {
      RELU,
      GELU,
      SILU,
      TANH,
      SIGMOID
    }

    private static Mlp read(Section adapter, Mlp like, SitesSpec sites) {
      return new Mlp(
          adapter.value(
              "hidden_sizes", Type.sequence(Type.whole(Range.atLeast(1))), like.hiddenSizes),
          adapter.value("activation", Type.choice(Activation.class), like.activation),
          SitesSpec.read(adapter, sites));
    }
  }

  /**
   * {@code kind: com.acme.Fourier}: a class of one's own.
   *
   * @param className {@code kind}: the class's name, with its package
   * @param options {@code options}: keys that the class knows, in the order of the file, with their
   *     values as they stand there; empty by default
   */
  record Own(String className, Map<String, String> options, SitesSpec sites)
      implements AdapterSpec {
    private static final Pattern CLASS =
        Pattern.compile(
            "ID(\\.ID)+".replace("ID", "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*"));

    private static Own read(
        Section adapter, String className, Map<String, String> like, SitesSpec sites) {
      return new Own(
          className,
          adapter.map("options", "scale", Type.anything(), like),
          SitesSpec.read(adapter, sites));
    }
  }

  /** Reads the section at the top of a spec. */
  static AdapterSpec read(Section adapter) {
    return read(adapter, LowRank.DEFAULT);
  }

  /**
   * Reads a section that takes what it does not say from another one: everything if the kind is the
   * same, the sites if it is not.
   */
  static AdapterSpec read(Section adapter, AdapterSpec like) {
    SitesSpec sites = like.sites();
    String kind = adapter.variant("kind", KIND, kind(like));
    return switch (kind) {
      case "low-rank" ->
          LowRank.read(adapter, like instanceof LowRank same ? same : LowRank.DEFAULT, sites);
      case "linear" ->
          Linear.read(adapter, like instanceof Linear same ? same : Linear.DEFAULT, sites);
      case "mlp" -> Mlp.read(adapter, like instanceof Mlp same ? same : Mlp.DEFAULT, sites);
      default ->
          Own.read(
              adapter,
              kind,
              like instanceof Own same && same.className.equals(kind) ? same.options : Map.of(),
              sites);
    };
  }

  /** The word for an adapter's kind in a spec, or the name of its class. */
  static String kind(AdapterSpec adapter) {
    if (adapter instanceof Own own) {
      return own.className;
    }
    return adapter instanceof LowRank ? "low-rank" : adapter instanceof Linear ? "linear" : "mlp";
  }

  /** A word for a kind, or the name of a class. */
  Type<String> KIND =
      new Type<>(
          node -> {
            if (node instanceof Scalar scalar
                && scalar.kind() == Kind.TEXT
                && Own.CLASS.matcher(scalar.text()).matches()) {
              return scalar.text();
            }
            try {
              return Type.choice(List.of("low-rank", "linear", "mlp")).reader().read(node);
            } catch (Unfit e) {
              throw e.fix().startsWith("one of")
                  ? new Unfit(
                      e.found(),
                      e.fix() + ", or a class of your own with its package: com.acme.Fourier")
                  : e;
            }
          },
          Scalar::of,
          Form.either(
              Form.choice(List.of("low-rank", "linear", "mlp")),
              Form.matching("^[^.\\s]+([.][^.\\s]+)+$")));
}
