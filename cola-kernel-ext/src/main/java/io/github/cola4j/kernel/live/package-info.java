/**
 * What is shown of a run while it goes on, and when it is over: drawn from events, in one place of
 * the notebook. Depends on cola-core's events and reports and on {@code notebook}.
 */
package io.github.cola4j.kernel.live;
