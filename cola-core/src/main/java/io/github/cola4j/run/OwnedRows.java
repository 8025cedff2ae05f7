package io.github.cola4j.run;

import io.github.cola4j.data.Batch;
import io.github.cola4j.data.Rows;
import java.util.Arrays;

/**
 * Rows, and whose they are.
 *
 * @param owners the number of each row's user, or {@link #NOBODY}; 0 where there are no users
 */
record OwnedRows<B extends Batch>(Rows<B> rows, int[] owners) {
  /** Whoever owns a row to be measured on, it is not said. */
  static final int NOBODY = -1;

  /** Rows that are all one user's. */
  static int[] all(int rows, int user) {
    int[] owners = new int[rows];
    Arrays.fill(owners, user);
    return owners;
  }
}
