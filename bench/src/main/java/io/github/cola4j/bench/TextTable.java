package io.github.cola4j.bench;

import java.util.List;

/**
 * Rows of text with one of two classes, 0 and 1, in files with tabs between the columns and their
 * names in the first line; a quote is a letter like any other.
 *
 * @param train the file that is learned from
 * @param test the file that is measured on
 * @param text the column of the text, or the two of a pair
 * @param label the column of the class
 */
record TextTable(String train, String test, List<String> text, String label) {}
