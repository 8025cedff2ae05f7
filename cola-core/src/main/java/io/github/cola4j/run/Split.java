package io.github.cola4j.run;

/** Rows of a run. */
enum Split {
  /** Those that it learns from. */
  TRAIN,
  /** Those that it is measured on. */
  VALIDATION
}
