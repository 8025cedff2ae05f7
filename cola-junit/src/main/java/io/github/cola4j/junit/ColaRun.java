package io.github.cola4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The finished run that tests are about. On a class, for its parameters of type {@link RunResult}
 * and {@link TrainedModel}; on a parameter, for that one:
 *
 * <pre>{@code
 * @ColaRun("target/cola/reviews")
 * class ReviewsTest {
 *   @Test
 *   void isGoodEnough(RunResult run) {
 *     assertThatRun(run).keeps("accuracy", ">= 0.80").keeps("adapter_size", "<= 2 MB");
 *   }
 *
 *   @Test
 *   void knowsPraise(TrainedModel reviews) {
 *     assertThatModel(reviews).classifies("a gem of a film").as("positive");
 *   }
 * }
 * }</pre>
 *
 * <p>Where there is no finished run, the tests fail, and say what to do. A model is loaded once for
 * all tests of a class, and closed after the last.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.PARAMETER})
@ExtendWith(ColaRunExtension.class)
public @interface ColaRun {
  /**
   * The run's folder: the {@code output} of its spec, relative to the project's folder (the system
   * property {@code basedir}, which Surefire and Failsafe set, else the current folder).
   */
  String value();

  /** Whose adapter a {@link TrainedModel} has, where users have their own; empty: everybody's. */
  String user() default "";
}
