package io.github.cola4j.kernel.notebook;

/**
 * Something below a cell, in two forms of which a front end takes the one that it can show.
 *
 * @param text for terminals, logs and diffs
 * @param html the same for a page; no scripts, and no styles that reach beyond it
 */
public record Shown(String text, String html) {}
