/**
 * What cells of Java call: {@link io.github.cola4j.kernel.Cola} and what it gives. Depends on
 * {@code live} and {@code work}.
 */
package io.github.cola4j.kernel;
