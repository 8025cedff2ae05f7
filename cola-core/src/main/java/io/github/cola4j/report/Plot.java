package io.github.cola4j.report;

/**
 * A plot that is drawn.
 *
 * @param title what it shows
 * @param svg an {@code svg} element, to stand in HTML or in a file of its own; its text is drawn as
 *     shapes, so it looks alike everywhere, and its identifiers begin with those of the plot
 */
public record Plot(String title, String svg) {}
