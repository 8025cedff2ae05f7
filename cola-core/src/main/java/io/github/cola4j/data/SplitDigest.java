package io.github.cola4j.data;

import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.SplitSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** By which it is noticed that what a split reads has changed. */
public final class SplitDigest {
  private SplitDigest() {}

  /**
   * SHA-256, in hexadecimal, of a split's file; for pictures of both files, or of the names and
   * contents of those that are read from the folder. The rows are not parsed.
   *
   * @throws DataException where something cannot be read
   */
  public static String of(SplitSpec split) {
    Path path = split.path();
    return switch (split.format().orElseThrow()) {
      case TSV, CSV, JSONL, TEXT -> FileDigest.of(List.of(path));
      case IDX -> FileDigest.of(List.of(path, labels(split)));
      case FOLDER ->
          FileDigest.of(
              path,
              ImageFolders.files(
                  path, split.limit().map(OptionalInt::of).orElse(OptionalInt.empty())));
    };
  }

  private static Path labels(SplitSpec split) {
    return ((ColumnsSpec.Pictures) split.columns()).labels().orElseThrow().path();
  }
}
