package io.github.cola4j.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened during a run. {@link EventJson} turns events into JSON and back.
 *
 * <p>Numbers may be not finite (the loss of a run that diverges); times are in milliseconds or
 * seconds as the name says, sizes in bytes. Steps count from 1.
 */
public sealed interface Event {

  /**
   * A run begins. It is the first event of every run, a continued one too.
   *
   * @param run the run's name
   * @param base the frozen model, as the spec names it
   * @param task say {@code sequence-classification}
   * @param rows training rows
   * @param totalSteps optimizer steps of the whole run
   * @param trainableParameters adapter parameters that are fitted
   * @param sites adapted modules
   * @param device where the server pass runs, say {@code cpu} or {@code cuda:0}
   * @param threads threads of one native operation
   */
  record RunStarted(
      String run,
      String base,
      String task,
      long rows,
      long totalSteps,
      long trainableParameters,
      int sites,
      String device,
      int threads)
      implements Event {}

  /** The run goes on from a checkpoint: {@code step} steps are done already. */
  record Resumed(long step) implements Event {}

  /**
   * One step is done.
   *
   * @param step the step's number
   * @param totalSteps steps of the whole run
   * @param epoch passes over the data so far, say 1.25
   * @param loss mean training loss of the step's batch
   * @param lr the learning rate used
   * @param examplesPerSecond training rows per second, lately
   * @param serverMillis time of forward and backward through the frozen model
   * @param fitMillis time of the adapters' fit; where fits are offloaded, the busiest worker's
   *     computing time, which may go by beside a server pass
   * @param rssBytes resident memory of the process; 0 where the platform does not tell
   * @param movedBytes of adaptation data that was handed over to other threads or devices in this
   *     step, as it travelled; 0 where adapters are fitted inline
   * @param queuedBytes the most of it that waited to be fitted at one time
   * @param transferError the largest relative error ‖sent − x‖ / ‖x‖ of what was rounded for the
   *     way; 0 where nothing was
   */
  record StepDone(
      long step,
      long totalSteps,
      double epoch,
      double loss,
      double lr,
      double examplesPerSecond,
      double serverMillis,
      double fitMillis,
      long rssBytes,
      long movedBytes,
      long queuedBytes,
      double transferError)
      implements Event {}

  /**
   * The validation rows were judged.
   *
   * @param best whether this is the best validation so far
   */
  record Validated(long step, Map<String, Double> metrics, boolean best) implements Event {
    /** Keeps the metrics in their order. */
    public Validated {
      metrics = ordered(metrics);
    }
  }

  /** A checkpoint was written from which the run can continue. */
  record CheckpointWritten(long step, Path path) implements Event {}

  /**
   * So many of the rows that somebody wants answers to have one.
   *
   * @param done rows so far
   * @param total all rows
   * @param rowsPerSecond since the first
   */
  record RowsAnswered(long done, long total, double rowsPerSecond) implements Event {}

  /**
   * A file is on its way to this machine: told when it begins, now and then, and when it is there.
   *
   * @param file its name
   * @param done bytes that are here
   * @param size bytes in all; 0 where nobody knows
   */
  record Downloading(String file, long done, long size) implements Event {
    /** Whether it is there. */
    public boolean arrived() {
      return size > 0 && done >= size;
    }
  }

  /** Something to tell the user in words. */
  record Message(Level level, String text) implements Event {
    /** How loud a message is. */
    public enum Level {
      /** Good to know. */
      INFO,
      /** Probably not what the user wants. */
      WARN
    }

    /** A message that is good to know. */
    public static Message info(String text) {
      return new Message(Level.INFO, text);
    }

    /** A message about something that is probably not what the user wants. */
    public static Message warn(String text) {
      return new Message(Level.WARN, text);
    }
  }

  /**
   * The run went to its end. The last event of a finished run.
   *
   * @param step steps done
   * @param metrics the final validation's metrics
   * @param examplesPerSecond mean throughput of the training
   * @param adapter folder of the adapter
   * @param output the run's folder
   * @param seconds how long the run took
   */
  record RunFinished(
      long step,
      Map<String, Double> metrics,
      double examplesPerSecond,
      Path adapter,
      Path output,
      double seconds)
      implements Event {
    /** Keeps the metrics in their order. */
    public RunFinished {
      metrics = ordered(metrics);
    }
  }

  /**
   * The run ended before its end, because it was asked to. The last event of a stopped run.
   *
   * @param step steps done
   * @param reason who asked, in words
   * @param checkpoint where the run can be resumed from; null if nothing was saved
   */
  record Stopped(long step, String reason, Path checkpoint) implements Event {
    /** Whether the same run, started again, continues here. */
    public boolean resumable() {
      return checkpoint != null;
    }
  }

  /**
   * An event that this version does not know, as a newer worker may send it: to be passed over.
   *
   * @param type the type as it was sent
   * @param json the whole event
   */
  record Unknown(String type, ObjectNode json) implements Event {}

  private static Map<String, Double> ordered(Map<String, Double> metrics) {
    return metrics == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
