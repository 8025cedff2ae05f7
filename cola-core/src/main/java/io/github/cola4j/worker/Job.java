package io.github.cola4j.worker;

/**
 * What a worker runs. It is found by its class name on the worker's class path and needs a public
 * constructor without arguments.
 */
@FunctionalInterface
public interface Job {
  /**
   * Does the work, on the worker's main thread. A job that is asked to {@linkplain
   * JobContext#stop() stop} ends its step, saves what it needs to continue, and returns {@link
   * JobResult#stopped}.
   *
   * @throws Exception if it failed; {@link #describe} says how the user will read it
   */
  JobResult run(JobContext context) throws Exception;

  /**
   * How an exception out of {@link #run} is told to the user. A job overrides this for the
   * exceptions it knows, and leaves the others to {@link Failure#of}.
   */
  default Failure describe(Throwable problem) {
    return Failure.of(problem);
  }
}
