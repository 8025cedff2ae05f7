package io.github.cola4j.report;

import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.gate.GateReport.Check;
import java.nio.file.Path;
import java.util.List;

/**
 * Gates as test results, in the XML of JUnit that CI servers read: a suite for each run, a test for
 * each gate, a failure for each that is not kept. Holds no time and no date.
 */
public final class JunitXml {
  private JunitXml() {}

  /** The results of the gates of some runs. */
  public static String of(List<RunReport> runs) {
    XmlText xml = new XmlText("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.open(
        "testsuites",
        "name",
        "gates",
        "tests",
        "" + runs.stream().mapToInt(run -> run.gates().checks().size()).sum(),
        "failures",
        "" + runs.stream().mapToInt(run -> run.gates().missed().size()).sum());
    runs.forEach(run -> suite(xml.line(), run));
    return xml.line().close().line().toString();
  }

  /** Writes the results of the gates of some runs. */
  public static void write(List<RunReport> runs, Path file) {
    AtomicFiles.write(file, of(runs));
  }

  private static void suite(XmlText xml, RunReport run) {
    xml.open(
        "testsuite",
        "name",
        run.name(),
        "tests",
        "" + run.gates().checks().size(),
        "failures",
        "" + run.gates().missed().size(),
        "errors",
        "0",
        "skipped",
        "0",
        "time",
        "0");
    for (Check check : run.gates().checks()) {
      xml.line().open("testcase", "classname", run.name(), "name", check.name(), "time", "0");
      if (!check.kept()) {
        String said = "wanted " + check.wanted() + ", " + check.outcome();
        xml.element("failure", check.name() + ": " + said, "message", said, "type", type(check));
      }
      xml.close();
    }
    xml.line().close();
  }

  private static String type(Check check) {
    return switch (check.verdict()) {
      case KEPT, MISSED -> "missed";
      case NOT_MEASURED -> "not measured";
    };
  }
}
