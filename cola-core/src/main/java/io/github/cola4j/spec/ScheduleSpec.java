package io.github.cola4j.spec;

/**
 * The section {@code training.schedule}: how the learning rate changes over the steps, as
 * transformers defines it.
 *
 * @param name {@code name}: {@code linear}, {@code cosine} or {@code constant}, after the warm-up;
 *     transformers' {@code lr_scheduler_type}; default {@code linear}
 * @param warmup {@code warmup}: for how long the learning rate grows from 0; transformers' {@code
 *     warmup_ratio} or {@code warmup_steps}; default 0.05 for {@code linear}, as in the paper's
 *     code, and none for the others
 */
public record ScheduleSpec(Name name, Warmup warmup) {
  /** The course of the learning rate after the warm-up. */
  public enum Name {
    /** Falls in a straight line to 0. */
    LINEAR,
    /** Falls along half a cosine wave to 0. */
    COSINE,
    /** Stays. */
    CONSTANT
  }

  static ScheduleSpec read(Section schedule) {
    Name name = schedule.value("name", Type.choice(Name.class), Name.LINEAR);
    Warmup usual = name == Name.LINEAR ? new Warmup.Fraction(0.05) : new Warmup.Steps(0);
    return new ScheduleSpec(name, schedule.value("warmup", Warmup.TYPE, usual));
  }
}
