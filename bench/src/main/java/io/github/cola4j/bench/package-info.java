/**
 * Benchmarks whose other half is a Python script: the same work, the same JSON keys, so that two
 * runs can be set side by side. A command reads its options, prepares what is to be measured, and
 * has it done by a worker in a JVM of its own, as the Maven plugin does: what is measured is what
 * users get. Depends on cola-core.
 */
package io.github.cola4j.bench;
