package io.github.cola4j.kernel.notebook;

import java.util.List;

/** What a magic may be beside a magic, where its arguments can be completed. */
public interface Completes {
  /**
   * Words that can stand where the cursor is.
   *
   * @param words the arguments before the cursor, without the name of the magic and without the
   *     word at the cursor
   * @param last what is typed already of the word at the cursor, perhaps empty
   * @return whole words, each of which begins with {@code last}
   */
  List<String> complete(List<String> words, String last);
}
