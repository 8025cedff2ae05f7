package io.github.cola4j.kernel.magic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.event.Told;
import io.github.cola4j.kernel.live.Downloads;
import io.github.cola4j.kernel.live.Grid;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.SitesJob;
import io.github.cola4j.run.ValidateJob;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "sites",
    description = "Shows where adapters can sit in a base, or where those of a spec would.")
final class SitesMagic implements Magic {
  private static final int RANK = 8;

  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "BASE|SPEC",
      description = "a base's folder, or a spec; by default the spec asked for last")
  private String where;

  @Option(names = "--task", paramLabel = "TASK", description = "what a base would be for")
  private String task;

  SitesMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() throws InterruptedException {
    Path folder = where == null ? null : session.workshop().folder().resolve(where);
    if (folder != null && !Files.exists(folder)) {
      throw CellError.perhaps("There is no " + where, "name a base's folder, or a spec's file");
    }
    if (folder != null && Files.isDirectory(folder)) {
      ofBase(folder);
    } else {
      ofSpec();
    }
    return null;
  }

  private void ofSpec() throws InterruptedException {
    EventSink downloads = new Downloads(session.notebook());
    Asked asked =
        where == null && session.asked().isPresent()
            ? session.asked().get().again(session.workshop(), downloads)
            : session
                .workshop()
                .spec(Path.of(where == null ? "cola.yaml" : where), Map.of(), downloads);
    new LiveJob(session)
        .run(
            "Validation",
            ValidateJob.class,
            DeviceChoice.parse(asked.spec().device().key()),
            view -> asked.arguments(),
            SitesMagic::ofRun);
  }

  private static Shown ofRun(JsonNode told) {
    return Grid.of(
        grouped(told.path("sites"), site -> site.path("parameters").asLong()),
        "%s sites, %s trainable parameters, beside the base's %s"
            .formatted(
                Told.count(told.path("sites").size()),
                Told.count(told.path("trainable_parameters").asLong()),
                Told.count(told.path("base_parameters").asLong())));
  }

  private void ofBase(Path folder) throws InterruptedException {
    new LiveJob(session)
        .run(
            "Looking into the base",
            SitesJob.class,
            DeviceChoice.CPU,
            view -> {
              ObjectNode arguments = JsonNodeFactory.instance.objectNode();
              arguments.put("base", folder.toString());
              return task == null ? arguments : arguments.put("task", task);
            },
            SitesMagic::ofModules);
  }

  private static Shown ofModules(JsonNode told) {
    return Grid.of(
        grouped(told.path("sites"), s -> RANK * (s.path("in").asLong() + s.path("out").asLong())),
        "%s modules may be sites, for %s; parameters are those of low-rank adapters of rank %d; * is where they sit if target_modules names none"
            .formatted(Told.count(told.path("sites").size()), told.path("task").asText(), RANK));
  }

  /** Sites that differ in numbers of layers alone are one row. */
  private static List<List<String>> grouped(JsonNode sites, ToLongFunction<JsonNode> parameters) {
    Map<List<String>, Integer> alike = new LinkedHashMap<>();
    for (JsonNode site : sites) {
      List<String> row =
          List.of(
              site.path("name").asText().replaceAll("(?<=\\.|^)\\d+(?=\\.|$)", "N")
                  + (site.path("default").asBoolean() ? " *" : ""),
              site.path("module").asText(),
              Told.count(site.path("in").asLong()),
              Told.count(site.path("out").asLong()),
              Told.count(parameters.applyAsLong(site)));
      alike.merge(row, 1, Integer::sum);
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("site", "module", "in", "out", "parameters of each", "how many"));
    alike.forEach(
        (row, count) -> {
          List<String> cells = new ArrayList<>(row);
          cells.add("" + count);
          rows.add(cells);
        });
    return rows;
  }
}
