package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that a finished run is asked about.
 *
 * @param file where it stands; null for what was given as it is
 * @param line its line there, from 1; 0 where the whole file is meant
 * @param asked texts, one for each column that the run read, of a conversation its JSON; or the
 *     path of an image
 * @param words it, for a line of a log
 * @param told by what an answer is joined with it
 */
record Question(Path file, int line, List<String> asked, String words, ObjectNode told) {}
