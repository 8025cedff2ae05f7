package io.github.cola4j.kernel.notebook;

import java.util.List;

/** What a magic may be beside a magic, where it can explain itself. */
public interface Helps {
  /**
   * What the magic does.
   *
   * @param words the arguments that stand in the cell, so that the help can be about them
   */
  String help(List<String> words);
}
