package io.github.cola4j.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;

/** Rows of a file, one after the other; as many as there are need no more memory than one. */
public interface RowSource extends Closeable {
  /**
   * The next row; null behind the last.
   *
   * @throws DataException with file and line, as for {@link TableReader#read}
   */
  Row next();

  /** The row that was read last, with all its columns: a JSON object of its own. */
  ObjectNode whole();
}
