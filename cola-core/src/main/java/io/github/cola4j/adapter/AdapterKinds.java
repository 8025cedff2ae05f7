package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Scope;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Makes adapters: fresh ones as a spec asks for them, and those of stored parameters. */
public final class AdapterKinds {
  private AdapterKinds() {}

  /**
   * A fresh adapter that changes nothing yet.
   *
   * @param manager owner of the parameters
   * @param config what a PEFT folder says of it: rank and α at the module
   * @param path of the module
   * @param random for whatever is drawn
   * @throws AdapterException if there is no such adapter beside such a module
   */
  public static Adapter fresh(
      NDManager manager,
      AdapterSpec asked,
      PeftConfig config,
      String path,
      ModuleShape module,
      Random random) {
    if (asked instanceof AdapterSpec.LowRank lowRank) {
      LowRank.Hyper hyper =
          new LowRank.Hyper(config.rank(path), config.scaling(path), lowRank.loraDropout());
      return module.kind() == ModuleShape.Kind.EMBEDDING
          ? LowRank.freshLookup(manager, module.whole(), hyper, random)
          : LowRank.fresh(manager, module.whole(), hyper, random);
    }
    if (asked instanceof AdapterSpec.Linear linear) {
      return LinearAdapter.fresh(manager, module.whole(), linear.bias());
    }
    if (asked instanceof AdapterSpec.Mlp mlp) {
      UnaryOperator<NDArray> activation = activation(word(mlp.activation()));
      return Mlp.fresh(manager, pixel(path, module), mlp.hiddenSizes(), activation, random);
    }
    AdapterSpec.Own own = (AdapterSpec.Own) asked;
    AdapterKind kind = own(own.className(), own.options());
    Start start = rows(path, module);
    Map<String, NDArray> parameters = new TreeMap<>(); // the same order in every JVM
    try (Scope scope = Scope.open(manager)) {
      initial(kind, scope, start, random)
          .forEach((name, array) -> parameters.put(name, owned(manager, name, array, start)));
    }
    return new OwnAdapter(manager, kind, start, parameters);
  }

  /**
   * The adapter of stored parameters.
   *
   * @param manager they belong to
   * @param config what the PEFT folder says
   * @param path of the module
   * @throws AdapterException if the folder's kind is unknown, or not beside such a module
   */
  public static Adapter stored(
      NDManager manager,
      PeftConfig config,
      String path,
      ModuleShape module,
      Map<String, NDArray> parameters) {
    Form form = module.whole().form();
    if (config.peftType() == PeftConfig.PeftType.LORA) {
      NDArray a = parameters.get("A");
      return new LowRank(form, a, parameters.get("B"), config.scaling(path), config.loraDropout());
    }
    if (config.scaling(path) != 1) {
      throw new AdapterException(
          "the adapter at %s of kind %s says that α is %s, and such adapters have 1"
              .formatted(path, config.kind(), config.scaling(path)));
    }
    return switch (config.kind()) {
      case "linear" -> new LinearAdapter(form, parameters.get("W"), parameters.get("b"));
      case "mlp" ->
          new Mlp(
              pixel(path, module).form(),
              parameters,
              activation(config.options().getOrDefault("activation", "relu")));
      default -> storedOwn(manager, config, path, rows(path, module), parameters);
    };
  }

  private static Map<String, NDArray> initial(
      AdapterKind kind, Scope scope, Start start, Random random) {
    try {
      return Objects.requireNonNull(
          kind.initial(scope.manager(), start.in(), start.out(), random), "it gives null");
    } catch (RuntimeException e) {
      throw AdapterException.of(kind, "initial", e);
    }
  }

  /** A parameter of a kind of one's own, of the module's type. */
  private static NDArray owned(NDManager manager, String name, NDArray array, Start start) {
    if (!name.matches("\\w+")) {
      throw new AdapterException(
          "the adapter kind names a parameter '"
              + name
              + "'; names are of letters, digits and underscores");
    }
    // A copy, which owns its memory, whatever the kind made its own from.
    return Owned.by(manager, m -> array.toType(start.type(), true));
  }

  private static Adapter storedOwn(
      NDManager manager,
      PeftConfig config,
      String path,
      Start start,
      Map<String, NDArray> parameters) {
    AdapterKind kind = own(config.kind(), config.options());
    try (Scope scope = Scope.open(manager)) {
      Map<String, NDArray> fresh = initial(kind, scope, start, new Random(0));
      if (!shapes(fresh).equals(shapes(parameters))) {
        throw new AdapterException(
            "the adapter at %s holds %s, and the kind %s with its options has %s there"
                .formatted(path, shapes(parameters), config.kind(), shapes(fresh)));
      }
    }
    return new OwnAdapter(manager, kind, start, parameters);
  }

  private static Map<String, Shape> shapes(Map<String, NDArray> arrays) {
    Map<String, Shape> shapes = new TreeMap<>();
    arrays.forEach((name, array) -> shapes.put(name, array.getShape()));
    return shapes;
  }

  private static Start pixel(String path, ModuleShape module) {
    return module
        .pixel()
        .orElseThrow(
            () ->
                new AdapterException(
                    "the convolution "
                        + path
                        + " does not keep the image's size, and an MLP reads one pixel at each place; take kind: low-rank or linear, or leave it out of the targets"));
  }

  private static Start rows(String path, ModuleShape module) {
    if (module.kind() == ModuleShape.Kind.EMBEDDING) {
      throw new AdapterException(
          "the embedding "
              + path
              + " reads ids, and a kind of one's own reads values; take kind: low-rank or linear, or leave it out of the targets");
    }
    return module.whole();
  }

  /** The word for an activation. */
  public static String word(AdapterSpec.Mlp.Activation activation) {
    return activation.name().toLowerCase(Locale.ROOT);
  }

  private static UnaryOperator<NDArray> activation(String word) {
    return switch (word) {
      case "relu" -> Activation::relu;
      case "gelu" -> Activation::gelu;
      case "silu" -> x -> Activation.swish(x, 1);
      case "tanh" -> Activation::tanh;
      case "sigmoid" -> Activation::sigmoid;
      default ->
          throw new AdapterException(
              "the adapter's activation is \""
                  + word
                  + "\"; known are relu, gelu, silu, tanh, sigmoid");
    };
  }

  private static AdapterKind own(String className, Map<String, String> options) {
    String what = "the adapter kind " + className;
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class<?> found =
          Class.forName(
              className, false, loader == null ? AdapterKinds.class.getClassLoader() : loader);
      if (!AdapterKind.class.isAssignableFrom(found)) {
        throw new AdapterException(what + " does not implement " + AdapterKind.class.getName());
      }
      try {
        return (AdapterKind) found.getConstructor(Map.class).newInstance(options);
      } catch (NoSuchMethodException e) {
        if (!options.isEmpty()) {
          throw new AdapterException(
              what + " takes no options: it has no public constructor with a Map<String, String>",
              e);
        }
        return (AdapterKind) found.getConstructor().newInstance();
      }
    } catch (ClassNotFoundException e) {
      throw new AdapterException(
          what + " is on no class path of this run; add the jar that holds it", e);
    } catch (InvocationTargetException e) {
      throw new AdapterException(what + " refuses to be made: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new AdapterException(
          what + " has no public constructor with a Map<String, String> or without parameters", e);
    }
  }
}
