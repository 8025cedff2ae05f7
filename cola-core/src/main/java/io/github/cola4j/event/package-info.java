/**
 * What happens during a run, as a front end may draw it: the events, where they go, and their JSON.
 *
 * <p>May depend on nothing but Jackson.
 */
package io.github.cola4j.event;
