package io.github.cola4j.fuzz;

import java.util.Locale;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * How long the fuzz tests run and with which seed, from the system properties {@code cola.fuzz}
 * (inputs a property tries) and {@code cola.fuzz.seed}. The same two numbers give the same inputs.
 * Tells after each property how many inputs were tried.
 */
public final class FuzzRun implements AroundPropertyHook {
  private static final String TRIES = "cola.fuzz";
  private static final String SEED = "cola.fuzz.seed";

  /** The inputs that each property tries. */
  public static int tries() {
    return Integer.parseInt(property(TRIES, "1000"));
  }

  /** Where all inputs come from. */
  public static long seed() {
    return Long.parseLong(property(SEED, "20240413"));
  }

  /** Says how many inputs were really tried, and what became of them. */
  public static void tell(String what, long tried, String outcome) {
    System.out.printf(
        "%s: %d inputs tried (-D%s=%d -D%s=%d), %s%n",
        what, tried, TRIES, tries(), SEED, seed(), outcome);
  }

  private static String property(String name, String byDefault) {
    String value = System.getProperty(name, "");
    return value.isBlank() ? byDefault : value;
  }

  /** From a class, where the annotation stands, to its properties. */
  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    if (context.attributes().tries().isEmpty()) {
      context.attributes().setTries(tries());
    }
    context.attributes().setSeed(String.valueOf(seed()));
    context.attributes().setGeneration(GenerationMode.RANDOMIZED);
    context.attributes().setEdgeCases(EdgeCasesMode.NONE);
    context.attributes().setAfterFailure(AfterFailureMode.RANDOM_SEED);
    PropertyExecutionResult result = property.execute();
    tell(
        context.containerClass().getSimpleName() + "." + context.targetMethod().getName(),
        result.countTries(),
        result.status().name().toLowerCase(Locale.ROOT));
    return result;
  }
}
