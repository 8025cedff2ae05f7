package io.github.cola4j.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.EventSink;

/**
 * What a job is given.
 *
 * @param arguments the arguments as the front end wrote them
 * @param events where the job tells what happens; takes events from any thread
 * @param stop whether the job is asked to end early; to be asked between steps
 */
public record JobContext(ObjectNode arguments, EventSink events, StopSignal stop) {}
