package io.github.cola4j.worker;

/** Whether somebody wants the work to end early; polled between steps. */
@FunctionalInterface
public interface StopSignal {
  /** Nobody ever asks. */
  StopSignal NEVER = () -> false;

  /** True from the moment on when the work is to end: finish the step, save, return. */
  boolean requested();

  /** Who asks, and why, in words; empty while nobody does. */
  default String reason() {
    return requested() ? "asked to stop" : "";
  }
}
