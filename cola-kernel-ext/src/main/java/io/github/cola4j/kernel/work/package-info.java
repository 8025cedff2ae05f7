/**
 * Runs the jobs of cola-core in workers, for a notebook: specs as cells have them, one training at
 * a time, and what all that came to. Knows nothing of how it is shown. Depends on cola-core and on
 * {@code notebook}'s errors.
 */
package io.github.cola4j.kernel.work;
