package io.github.cola4j.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How a job ended, when it did not fail.
 *
 * @param early whether it ended early because it was asked to
 * @param value what it hands to the front end (predictions, metrics); an empty object for nothing
 */
public record JobResult(boolean early, ObjectNode value) {
  /** The job went to its end, and has nothing to hand over beside its events. */
  public static JobResult finished() {
    return finished(JsonNodeFactory.instance.objectNode());
  }

  /** The job went to its end. */
  public static JobResult finished(ObjectNode value) {
    return new JobResult(false, value);
  }

  /** The job ended early, because it was asked to. */
  public static JobResult stopped() {
    return new JobResult(true, JsonNodeFactory.instance.objectNode());
  }
}
