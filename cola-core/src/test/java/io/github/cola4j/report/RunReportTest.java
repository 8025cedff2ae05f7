package io.github.cola4j.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.gate.GateReport;
import io.github.cola4j.gate.GateReport.Check;
import io.github.cola4j.gate.GateReport.Verdict;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.gate.WrittenRun;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class RunReportTest {
  private static final String NASTY =
      "</title><script>alert(1)</script>|\\u0000\\u0007\\n# `x` ]]> \\\"&amp;' _a_ <!-- \\ud800 é 日";

  private static final GateReport GATES =
      new GateReport(
          List.of(
              new Check("accuracy", ">= 0.80", "0.825688", Verdict.KEPT, ""),
              new Check("f1", ">= 0.9", "0.82243", Verdict.MISSED, ""),
              new Check("latency_p95", "< 5 ms", "", Verdict.NOT_MEASURED, "nobody did")));

  @TempDir Path root;

  private RunReport report() {
    return RunReport.read(WrittenRun.finished(root.resolve("sentiment")).folder(), GATES);
  }

  /** A run whose user, metric, label and base have names that mean something everywhere. */
  private RunReport nasty() {
    WrittenRun run = WrittenRun.ofUsers(root.resolve("a<b>&'c"));
    run.summary("\"ann\"", "\"" + NASTY + "\"").summary("\"f1\"", "\"" + NASTY + "2\"");
    run.summary("\"positive\"", "\"" + NASTY + "\"").summary("../bases/minilm-l6", NASTY);
    run.file("spec.yaml", "base: '</pre><script>'\n");
    run.file(
        "metrics.jsonl",
        "{\"type\":\"validated\",\"step\":2,\"metrics\":{\"" + NASTY + "\":0.5},\"best\":true}\n");
    String name = "users.accuracy (\u0000</failure>\"]]>\ud800)";
    return RunReport.read(
        run.folder(),
        new GateReport(List.of(new Check(name, "< 1 & \"2\"", "3", Verdict.MISSED, "<why>"))));
  }

  /** What an XML parser makes of a text; fails where it is not well-formed. */
  private static Document parsed(String xml) {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(xml)));
    } catch (Exception e) {
      throw new AssertionError(xml, e);
    }
  }

  private static List<Element> elements(Document document, String name) {
    NodeList found = document.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  @Test
  void markdownTellsGatesMetricsAndFacts() {
    assertEquals(
        """
        # sentiment

        2 of 3 gates missed.

        ## Gates

        | verdict | gate | wanted | outcome |
        |---|---|---|---|
        | missed | f1 | \\>= 0.9 | found 0.82243 |
        | missed | latency_p95 | \\< 5 ms | not measured: nobody did |
        | kept | accuracy | \\>= 0.80 | found 0.825688 |

        ## Metrics

        | metric | value |
        |---|---|
        | accuracy | 0.8257 |
        | f1 | 0.8224 |

        ## Run

        |  |  |
        |---|---|
        | base | ../bases/minilm-l6 |
        | task | sequence-classification |
        | labels | negative, positive |
        | training rows | 6000 |
        | steps | 4, kept that of step 2 |
        | trainable parameters | 74498 at 13 sites |
        | training rows a second | 144.2 |
        | time | 46.0 s |
        | time: server pass | 0.9 s |
        | time: adapter fit | 0.2 s |
        | time: loading, evaluation, saving | 4.5 s |
        | peak memory | 741 MB |
        """,
        Markdown.of(report()));
  }

  @Test
  void everyUserHasARow() {
    RunReport report =
        RunReport.read(WrittenRun.ofUsers(root.resolve("out")).folder(), new GateReport(List.of()));
    String users =
        """
        ## Users: alone

        | user | training rows | fits | kept step | accuracy | f1 |
        |---|---|---|---|---|---|
        | ann | 40 | 4 | 2 | 0.7500 | 0.5000 |
        | bob | 20 | 3 |  |  |  |
        """;
    assertTrue(Markdown.of(report).contains(users), Markdown.of(report));
    assertFalse(Markdown.of(report).contains("gate"));
    assertTrue(
        SelfContainedHtml.of(report)
            .contains("<tr><td>bob</td><td>20</td><td>3</td><td></td><td></td><td></td></tr>"));
  }

  @Test
  void junitHasATestForEachGate() {
    Document xml = parsed(JunitXml.of(List.of(report(), report().named("other"))));
    assertEquals("6", xml.getDocumentElement().getAttribute("tests"));
    assertEquals("4", xml.getDocumentElement().getAttribute("failures"));
    List<Element> suites = elements(xml, "testsuite");
    assertEquals(
        List.of("sentiment", "other"),
        suites.stream().map(suite -> suite.getAttribute("name")).toList());
    assertEquals("3", suites.get(0).getAttribute("tests"));
    assertEquals("2", suites.get(0).getAttribute("failures"));
    assertEquals("0", suites.get(0).getAttribute("errors"));
    assertEquals(
        List.of("accuracy", "f1", "latency_p95"),
        elements(xml, "testcase").stream().limit(3).map(e -> e.getAttribute("name")).toList());
    assertEquals("sentiment", elements(xml, "testcase").get(0).getAttribute("classname"));
    List<Element> failures = elements(xml, "failure");
    assertEquals("wanted >= 0.9, found 0.82243", failures.get(0).getAttribute("message"));
    assertEquals("missed", failures.get(0).getAttribute("type"));
    assertEquals("f1", ((Element) failures.get(0).getParentNode()).getAttribute("name"));
    assertEquals("not measured", failures.get(1).getAttribute("type"));
    assertEquals(
        "latency_p95: wanted < 5 ms, not measured: nobody did", failures.get(1).getTextContent());
    assertEquals("0", parsed(JunitXml.of(List.of())).getDocumentElement().getAttribute("tests"));
  }

  @Test
  void htmlHoldsItsPlotsAndNeedsNothingElse() {
    String html = SelfContainedHtml.of(report());
    Document page = parsed(html);
    assertEquals(
        List.of("Training loss", "Metrics on the validation rows", "Time by phase"),
        elements(page, "svg").stream()
            .map(svg -> svg.getElementsByTagName("title").item(0).getTextContent())
            .toList());
    assertEquals(List.of(), elements(page, "script"));
    assertEquals(List.of(), elements(page, "link"));
    assertEquals(List.of(), elements(page, "image"));
    List<String> elsewhere = new ArrayList<>();
    Matcher address = Pattern.compile("(?:href|src|url)\\s*[=(]\\s*\"?([^\")]*)").matcher(html);
    while (address.find()) {
      if (!address.group(1).startsWith("#")) {
        elsewhere.add(address.group(1));
      }
    }
    assertEquals(List.of(), elsewhere);
    // Namespaces are names; no other address is there.
    assertFalse(html.replace("http://www.w3.org/", "").contains("://"));
    assertTrue(html.contains("<p class=\"missed\">2 of 3 gates missed</p>"));
    assertTrue(html.contains("<td class=\"kept\">kept</td>"));
  }

  @Test
  void noTwoElementsOfAPageHaveOneIdentifier() {
    Document page = parsed(SelfContainedHtml.of(report()));
    Set<String> seen = new HashSet<>();
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      String id = ((Element) all.item(i)).getAttribute("id");
      assertTrue(id.isEmpty() || seen.add(id), id);
      String clip = ((Element) all.item(i)).getAttribute("clip-path");
      assertTrue(clip.isEmpty() || seen.contains(clip.replaceAll("url\\(#(.*)\\)", "$1")), clip);
    }
    assertFalse(seen.isEmpty());
  }

  @Test
  void theSameFolderGivesTheSameBytesWhereverItLies() {
    RunReport here = report();
    RunReport there =
        RunReport.read(WrittenRun.finished(root.resolve("else/where/sentiment")).folder(), GATES);
    Locale before = Locale.getDefault();
    try {
      String html = SelfContainedHtml.of(here);
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals(html, SelfContainedHtml.of(there));
      Locale.setDefault(Locale.GERMANY);
      assertEquals(html, SelfContainedHtml.of(there));
      assertTrue(Markdown.of(there).contains("144.2"));
      assertEquals(JunitXml.of(List.of(here)), JunitXml.of(List.of(there)));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void namesFromOutsideMeanNothing() {
    RunReport report = nasty();
    Document page = parsed(SelfContainedHtml.of(report));
    assertEquals(List.of(), elements(page, "script"));
    assertEquals(List.of(), elements(page, "failure"));
    assertTrue(
        elements(page, "td").stream()
            .anyMatch(cell -> cell.getTextContent().startsWith("</title><script>alert(1)")));
    assertEquals("a<b>&'c", elements(page, "h1").get(0).getTextContent());
    assertTrue(elements(page, "pre").get(0).getTextContent().contains("</pre><script>"));

    Element failure = elements(parsed(JunitXml.of(List.of(report))), "failure").get(0);
    assertEquals("wanted < 1 & \"2\", found 3 (<why>)", failure.getAttribute("message"));
    assertTrue(failure.getTextContent().contains("(\ufffd</failure>\"]]>\ufffd)"));

    List<String> rows = Markdown.of(report).lines().filter(line -> line.startsWith("|")).toList();
    for (String row : rows) {
      assertFalse(row.matches(".*(?<!\\\\)[<`].*"), row);
    }
    // No name has made a cell or a line of its own.
    String user =
        rows.stream()
            .filter(row -> row.contains("script") && row.contains("40"))
            .collect(Collectors.joining("\n"));
    assertEquals(7, user.split("(?<!\\\\)\\|", -1).length - 1, user);
    assertEquals(
        "\\</title\\>\\<script\\>alert\\(1\\)\\</script\\>\\|\ufffd\ufffd \\# \\`x\\` \\]\\]\\>"
            + " \"\\&amp;' \\_a\\_ \\<\\!-- \ufffd é 日",
        user.split(" (?<!\\\\)\\| ")[0].substring(2));
    assertEquals("matthews_correlation", Markdown.escaped("matthews_correlation"));
  }

  @Test
  void aRunWithOneStepOrNoneIsToldToo() {
    WrittenRun run = WrittenRun.finished(root.resolve("out"));
    run.file(
        "metrics.jsonl",
        """
        {"type":"step_done","step":1,"loss":0.7,"server_millis":300.0,"fit_millis":50.0}
        {"type":"validated","step":1,"metrics":{"perplexity":12.5,"loss":2.5,"rougeL":"NaN"},"best":true}
        {"type":"from_tomorrow","step":1}
        """);
    RunReport one = RunReport.read(run.folder(), GATES);
    assertEquals(
        List.of(
            "Training loss",
            "perplexity on the validation rows",
            "loss on the validation rows",
            "Time by phase"),
        Plots.of(one).stream().map(Plot::title).toList());
    run.file("metrics.jsonl", "");
    run.summary("\"seconds\" : 46.0", "\"seconds\" : 0");
    RunReport none = RunReport.read(run.folder(), new GateReport(List.of()));
    assertEquals(List.of(), Plots.of(none));
    assertTrue(SelfContainedHtml.of(none).contains("None: there are no steps"));
  }

  @Test
  void manyStepsAreDrawnAsMeans() {
    String step =
        "{\"type\":\"step_done\",\"step\":%d,\"loss\":%s,\"server_millis\":1,\"fit_millis\":1}\n";
    WrittenRun run = WrittenRun.finished(root.resolve("out"));
    run.file(
        "metrics.jsonl",
        IntStream.rangeClosed(1, 50_000)
            .mapToObj(i -> step.formatted(i, i % 2 == 0 ? "1" : "3"))
            .collect(Collectors.joining()));
    Plot loss = Plots.of(RunReport.read(run.folder(), GATES)).get(0);
    assertEquals("Training loss, means of 125 steps", loss.title());
    assertTrue(loss.svg().length() < 250_000, "" + loss.svg().length());
  }

  @Test
  void aRunThatWasStoppedHasNoReport() throws IOException {
    Path folder = WrittenRun.finished(root.resolve("out")).folder();
    Files.delete(folder.resolve("summary.json"));
    assertThrows(SummaryException.class, () -> RunReport.read(folder, GATES));
  }

  @Test
  void aDamagedLogIsToldByItsLine() {
    WrittenRun run = WrittenRun.finished(root.resolve("out"));
    run.file("metrics.jsonl", "{\"type\":\"step_done\",\"step\":1}\n{\"type\":\"step_d");
    SummaryException damaged =
        assertThrows(SummaryException.class, () -> RunReport.read(run.folder(), GATES));
    assertEquals("line 2 is no event; finetune again", damaged.problem());
    assertEquals(run.folder().resolve("metrics.jsonl"), damaged.file());
  }

  @Test
  void reportsAreWrittenWhole() throws IOException {
    Path folder = root.resolve("site/reports");
    RunReport report = report();
    Markdown.write(report, folder.resolve("report.md"));
    SelfContainedHtml.write(report, folder.resolve("report.html"));
    JunitXml.write(List.of(report), folder.resolve("TEST-cola.xml"));
    assertEquals(Markdown.of(report), Files.readString(folder.resolve("report.md")));
    byte[] html = Files.readAllBytes(folder.resolve("report.html"));
    SelfContainedHtml.write(report, folder.resolve("report.html"));
    assertArrayEquals(html, Files.readAllBytes(folder.resolve("report.html")));
    try (var files = Files.list(folder)) {
      assertEquals(3, files.count());
    }
  }
}
