/**
 * Runs the jobs of cola-core in workers, for a notebook: specs as cells have them, one training at
 * a time, and what all that came to; and gets what they need from Maven's repositories. Knows
 * nothing of how it is shown. Depends on cola-core, cola-repository and Maven Resolver, and on
 * {@code notebook}'s errors.
 */
package io.github.cola4j.kernel.work;
