package io.github.cola4j.kernel.magic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.Run;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.PredictJob;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "predict",
    description = "Asks a finished run; as the head of a cell, about each line of it.")
final class PredictMagic implements Magic {
  private final Session session;
  private final Optional<String> cell;

  @Mixin private WhichRun which;

  @Parameters(
      paramLabel = "TEXT",
      description = "the text, in quotes; for pairs both, for other rows one for each column")
  private List<String> texts = new ArrayList<>();

  @Option(names = "--input", paramLabel = "FILE", description = "a file of texts or rows instead")
  private String input;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "where answers to --input go, a JSON object on each line")
  private String output;

  PredictMagic(Session session, Optional<String> cell) {
    this.session = session;
    this.cell = cell;
  }

  @Override
  public Object run() throws InterruptedException {
    List<List<String>> rows = rows();
    if (input != null) {
      if (!rows.isEmpty()) {
        throw CellError.perhaps("Both texts and --input are given", "leave one of them out");
      }
      new LiveJob(session).run("Prediction", PredictJob.class, DeviceChoice.AUTO, this::ofFile);
      return null;
    }
    if (output != null) {
      throw CellError.perhaps(
          "--output is for the answers to --input", "name a file of texts with --input");
    }
    if (rows.isEmpty()) {
      throw CellError.perhaps("There is no text", "write %cola predict \"a gem of a film\"");
    }
    return Run.at(session, which.folder(session)).ask(which.user(), rows, Answers::of);
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    if (!texts.isEmpty()) {
      rows.add(texts);
    }
    cell.ifPresent(
        lines -> lines.lines().filter(l -> !l.isBlank()).forEach(l -> rows.add(List.of(l))));
    return rows;
  }

  private ObjectNode ofFile(EventSink view) {
    Path here = session.workshop().folder();
    ObjectNode arguments =
        session.workshop().runArguments(which.folder(session), which.user(), "base"::equals, view);
    arguments.withObject("/input").put("file", here.resolve(input).toString());
    if (output != null) {
      arguments.put("output", here.resolve(output).toString());
    }
    return arguments;
  }
}
