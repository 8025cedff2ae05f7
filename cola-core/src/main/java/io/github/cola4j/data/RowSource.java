package io.github.cola4j.data;

import java.io.Closeable;

/** Rows, one after the other. */
interface RowSource extends Closeable {
  /** The next row; null behind the last. */
  Row next();
}
