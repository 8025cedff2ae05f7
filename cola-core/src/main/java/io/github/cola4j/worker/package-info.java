/**
 * Runs jobs in a JVM of their own, so that a native crash, a heap or a class path of theirs never
 * touches the front end: {@link io.github.cola4j.worker.Worker} starts and holds the child, {@link
 * io.github.cola4j.worker.WorkerMain} is the child, {@link io.github.cola4j.worker.Job} is what
 * runs in it, {@link io.github.cola4j.worker.Natives} decides which native library it gets.
 *
 * <p>Parent and child talk over a loopback socket in frames (a length of four bytes, then JSON);
 * what the child prints is captured and never parsed. May depend on {@code event} and {@code spec};
 * what a job does is not its business, since a job is found by its class name. Knows neither Maven
 * nor Jupyter.
 */
package io.github.cola4j.worker;
