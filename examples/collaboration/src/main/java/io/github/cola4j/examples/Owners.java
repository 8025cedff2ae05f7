package io.github.cola4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Gives rows of SST-2 to eight owners, who have very different amounts of them and look at
 * different reviews each, and writes {@code owners.tsv}. The same rows go to the same owners
 * wherever it runs:
 *
 * <pre>java src/main/java/io/github/cola4j/examples/Owners.java ../data/sst2/train.tsv
 * ../data/sst2/owners.tsv</pre>
 */
public final class Owners {
  private static final long SEED = 5;
  private static final String POSITIVE = "1";

  private static final List<Owner> OWNERS =
      List.of(
          new Owner("ann", 1500, 0.5, 1, 100),
          new Owner("bob", 1200, 0.5, 1, 8),
          new Owner("cleo", 900, 0.6, 1, 100),
          new Owner("dan", 700, 0.3, 4, 100),
          new Owner("eve", 500, 0.5, 12, 100),
          new Owner("fay", 400, 0.5, 1, 3),
          new Owner("gus", 300, 0.9, 1, 100),
          new Owner("hal", 200, 0.1, 1, 15));

  private Owners() {}

  /**
   * One who reviews.
   *
   * @param positive the share of positive reviews among the rows
   * @param fewestWords of a row
   * @param mostWords of a row
   */
  private record Owner(String name, int rows, double positive, int fewestWords, int mostWords) {
    boolean looksAt(Review review) {
      return review.words() >= fewestWords && review.words() <= mostWords;
    }
  }

  private record Review(String sentence, String label) {
    static Review of(String line) {
      int tab = line.lastIndexOf('\t');
      return new Review(line.substring(0, tab), line.substring(tab + 1));
    }

    int words() {
      return sentence.strip().split(" ").length;
    }
  }

  public static void main(String[] files) throws IOException {
    Files.writeString(Path.of(files[1]), table(Path.of(files[0])));
  }

  /**
   * The owners' table.
   *
   * @param train a table of reviews with a header, their labels in the last column
   */
  static String table(Path train) throws IOException {
    List<Review> left = new ArrayList<>();
    Files.readAllLines(train).stream().skip(1).map(Review::of).forEach(left::add);
    Collections.shuffle(left, new Random(SEED));
    StringBuilder table = new StringBuilder("owner\tsentence\tlabel\n");
    for (Owner owner : OWNERS) {
      int positive = (int) Math.round(owner.positive * owner.rows);
      List<Review> own = new ArrayList<>(take(left, owner, true, positive));
      own.addAll(take(left, owner, false, owner.rows - positive));
      for (Review review : own) {
        table.append(owner.name).append('\t').append(review.sentence).append('\t');
        table.append(review.label).append('\n');
      }
    }
    return table.toString();
  }

  /** Takes the first reviews that an owner looks at away from those left. */
  private static List<Review> take(List<Review> left, Owner owner, boolean positive, int count) {
    List<Review> taken =
        left.stream()
            .filter(review -> review.label.equals(POSITIVE) == positive && owner.looksAt(review))
            .limit(count)
            .toList();
    left.removeAll(Set.copyOf(taken)); // and whatever says the very same
    return taken;
  }
}
