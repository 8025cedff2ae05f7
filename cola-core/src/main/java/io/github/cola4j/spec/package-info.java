/**
 * What the user asks for: one run as records, read from {@code cola.yaml}.
 *
 * <p>Start at {@link io.github.cola4j.spec.RunSpec}; each section of the file is a record whose
 * components are its keys, and whose {@code read} method is the one place that knows their defaults
 * and limits. {@code Section} asks for keys and notes the answers, {@code Type} says how one kind
 * of value is read and written, {@code YamlText} turns bytes into nodes that know their lines.
 * Every {@link io.github.cola4j.spec.Problem} of a file is reported at once.
 *
 * <p>Depends on no other package of this project.
 */
package io.github.cola4j.spec;
