package io.github.cola4j.data;

/**
 * One row of a table.
 *
 * @param line the line of the file that it starts on, from 1
 * @param first the text
 * @param second the second text; null where the table has one text column
 * @param label the label as it is written, without surrounding blanks; null where none was asked
 *     for
 */
public record Row(int line, String first, String second, String label) {}
