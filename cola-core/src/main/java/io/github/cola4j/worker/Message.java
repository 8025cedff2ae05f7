package io.github.cola4j.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What parent and child say to each other. The child opens with {@link Hello} and gets {@link
 * Start} or {@link Refused}; it then sends events, and {@link Ended} or {@link Failed} last. The
 * parent may send {@link Stop} at any time. Either side takes the stream's end for the other's.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Message.Hello.class, name = "hello"),
  @JsonSubTypes.Type(value = Message.Start.class, name = "start"),
  @JsonSubTypes.Type(value = Message.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = Message.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = Message.Happened.class, name = "event"),
  @JsonSubTypes.Type(value = Message.Ended.class, name = "ended"),
  @JsonSubTypes.Type(value = Message.Failed.class, name = "failed")
})
sealed interface Message {
  /** Changes with every change to these messages that an older side would not understand. */
  int PROTOCOL = 1;

  /** Child: here I am, the one you started. */
  record Hello(int protocol, String token) implements Message {}

  /** Parent: run this job; you have this long after a stop, or after my death. */
  record Start(String job, ObjectNode arguments, long graceMillis) implements Message {}

  /** Parent: not with you. */
  record Refused(String reason) implements Message {}

  /** Parent: end early. */
  record Stop(String reason) implements Message {}

  /** Child: an event, as {@code EventJson} writes it. */
  record Happened(ObjectNode event) implements Message {}

  /** Child: the job returned. */
  record Ended(JobResult result) implements Message {}

  /** Child: the job threw. */
  record Failed(Failure failure) implements Message {}
}
