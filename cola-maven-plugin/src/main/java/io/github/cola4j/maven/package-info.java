/**
 * The goals of the Maven plugin. A goal reads and checks its spec in Maven's JVM, runs the work in
 * a worker, draws what happens, and maps what went wrong to a build failure with advice. May depend
 * on cola-core's {@code spec}, {@code event} and {@code worker}; names jobs of {@code run} only.
 */
package io.github.cola4j.maven;
