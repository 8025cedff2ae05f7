/**
 * Quality gates: what a finished run came to ({@link io.github.cola4j.gate.Summary}, {@link
 * io.github.cola4j.gate.Measurements}) held against what its spec demands ({@link
 * io.github.cola4j.gate.Gates}), told gate by gate ({@link io.github.cola4j.gate.GateReport}).
 * Reads files, loads no model. May depend on {@code spec}, {@code metric} and {@code advice}.
 */
package io.github.cola4j.gate;
