package io.github.cola4j.maven;

/** One line on a screen that is written over and over. */
interface LiveLine {
  /** Puts a text in the place of the line's last one. */
  void show(String text);

  /** Leaves the line empty, so that something else can be printed there. */
  void clear();
}
