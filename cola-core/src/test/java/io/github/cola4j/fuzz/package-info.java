/**
 * What the fuzz tests share: how many inputs they try, how sound inputs are damaged, and how one
 * input is watched while a reader works on it.
 *
 * <p>The inputs are jqwik's to draw and to shrink: an input is the number of a sound one and a list
 * of {@link io.github.cola4j.fuzz.Edit}s.
 */
package io.github.cola4j.fuzz;
