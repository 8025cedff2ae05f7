/**
 * Reports about finished runs, from the files in their folders: one run ({@link
 * io.github.cola4j.report.RunReport}) as Markdown, as an HTML file that needs no other, and its
 * gates as JUnit's XML; several runs side by side ({@link io.github.cola4j.report.Comparison}). The
 * same folder gives the same bytes. What comes from outside, names and metrics, is escaped. Loads
 * no model. May depend on {@code gate}, {@code event}, {@code metric} and {@code checkpoint}, of
 * which it takes the writing of files.
 *
 * <p>Plots are drawn by XChart, and so by AWT: a front end that is no desktop program sets {@code
 * java.awt.headless} before the first of them.
 */
package io.github.cola4j.report;
