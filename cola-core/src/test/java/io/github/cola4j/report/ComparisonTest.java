package io.github.cola4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.WrittenRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  @TempDir Path root;

  private Summary summary(String accuracy, String seconds) {
    return Summary.ofRun(
        WrittenRun.finished(root.resolve("run"))
            .summary("0.8256880733944955", accuracy)
            .summary("\"seconds\" : 46.0", "\"seconds\" : " + seconds)
            .folder());
  }

  private Comparison comparison() {
    Summary other =
        Summary.ofRun(
            WrittenRun.finished(root.resolve("run"))
                .summary("\"f1\"", "\"loss\"")
                .summary("741462016", "0")
                .folder());
    Map<String, List<Summary>> runs = new LinkedHashMap<>();
    runs.put(
        "low-rank", List.of(summary("0.8", "40"), summary("0.82", "50"), summary("0.84", "60")));
    runs.put("a \"linear\", one | <b>", List.of(other));
    return Comparison.of(runs);
  }

  @Test
  void aSpreadIsThatOfASample() {
    assertEquals(new Spread(3, Math.sqrt(2.5), 5), Spread.of(1, 2, 3, 4, 5));
    assertEquals(new Spread(7, 0, 1), Spread.of(7));
  }

  @Test
  void aLogHasItsColumnsBelowEachOther() {
    assertEquals(
        """
        run                    seeds  accuracy         f1               loss    trainable parameters  time             peak memory
        low-rank               3      0.8200 ± 0.0200  0.8224 ± 0.0000          74498                 50.0 s ± 10.0 s  741 MB ± 0 MB
        a "linear", one | <b>  1      0.8257                            0.8224  74498                 46.0 s           unknown
        """,
        comparison().text());
  }

  @Test
  void markdownHasARowForEachRun() {
    assertEquals(
        """
        ## Comparison

        | run | seeds | accuracy | f1 | loss | trainable parameters | time | peak memory |
        |---|---|---|---|---|---|---|---|
        | low-rank | 3 | 0.8200 ± 0.0200 | 0.8224 ± 0.0000 |  | 74498 | 50.0 s ± 10.0 s | 741 MB ± 0 MB |
        | a "linear", one \\| \\<b\\> | 1 | 0.8257 |  | 0.8224 | 74498 | 46.0 s | unknown |
        """,
        comparison().markdown());
  }

  @Test
  void csvHasAllDigits() {
    String[] lines = comparison().csv().split("\r\n");
    assertEquals(3, lines.length);
    assertEquals(
        "run,seeds,accuracy_mean,accuracy_sd,f1_mean,f1_sd,loss_mean,loss_sd,trainable_parameters,"
            + "seconds_mean,seconds_sd,peak_rss_bytes_mean,peak_rss_bytes_sd",
        lines[0]);
    assertTrue(
        lines[1].matches(
            "low-rank,3,0\\.82,0\\.0(19999|2000).*,0\\.822429906542056,0\\.0,,,74498,50\\.0,10\\.0,7\\.41462016E8,0\\.0"),
        lines[1]);
    assertEquals(
        "\"a \"\"linear\"\", one | <b>\",1,0.8256880733944955,,,,0.822429906542056,,74498,46.0,,0.0,",
        lines[2]);
  }

  @Test
  void aPlotShowsTheRunsThatHaveTheMetric() {
    Plot plot = comparison().plot("accuracy").orElseThrow();
    assertEquals("accuracy, mean ± standard deviation over seeds", plot.title());
    assertEquals(plot, comparison().plot("accuracy").orElseThrow());
    assertEquals("loss", comparison().plot("loss").orElseThrow().title());
    assertEquals(Optional.empty(), comparison().plot("perplexity"));
  }

  @Test
  void runsWhoseNamesBeginAndEndAlikeAreAllDrawn() {
    Map<String, List<Summary>> runs = new LinkedHashMap<>();
    for (int i = 0; i < 12; i++) {
      runs.put(
          "the same begin of names, " + i + ", and the same end", List.of(summary("0.8", "1")));
    }
    assertTrue(Comparison.of(runs).plot("accuracy").isPresent());
  }

  @Test
  void aComparisonIsWrittenToAFolder() throws IOException {
    Comparison comparison = comparison();
    comparison.write(root.resolve("out"));
    assertEquals(comparison.csv(), Files.readString(root.resolve("out/comparison.csv")));
    assertEquals(comparison.markdown(), Files.readString(root.resolve("out/comparison.md")));
    assertEquals(
        comparison.plot("loss").orElseThrow().svg(),
        Files.readString(root.resolve("out/comparison-3.svg")));
  }
}
