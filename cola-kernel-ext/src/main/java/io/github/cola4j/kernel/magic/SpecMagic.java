package io.github.cola4j.kernel.magic;

import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "spec",
    description = {
      "Shows the spec that was asked for last, or hands it over to a build:",
      "%%cola spec > cola.yaml"
    })
final class SpecMagic implements Magic {
  private final Session session;

  @Parameters(paramLabel = "> FILE", description = "where to write it")
  private List<String> into = new ArrayList<>();

  @Option(names = "--resolved", description = "with every default written out")
  private boolean resolved;

  @Option(names = "--force", description = "even over a file that holds something else")
  private boolean force;

  SpecMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() {
    Asked asked =
        session
            .asked()
            .orElseThrow(
                () ->
                    CellError.perhaps(
                        "This notebook has asked for no run yet", "run %%cola finetune first"));
    String text = resolved ? asked.spec().resolved() : asked.written();
    List<String> files =
        into.stream().map(word -> word.replaceFirst("^>", "")).filter(w -> !w.isEmpty()).toList();
    if (files.isEmpty()) {
      session.notebook().out().println(text);
      return text;
    }
    if (files.size() > 1) {
      throw CellError.perhaps(
          "There are several files: " + String.join(", ", files),
          "name one: %cola spec > cola.yaml");
    }
    write(session.workshop().folder().resolve(files.get(0)), text, files.get(0));
    return text;
  }

  private void write(Path file, String text, String name) {
    if (!session.workshop().folder().equals(file.normalize().getParent())) {
      throw CellError.perhaps(
          name + " is not in the notebook's folder, which the paths in the spec are relative to",
          "write it beside the notebook: %cola spec > " + file.getFileName());
    }
    try {
      if (Files.isDirectory(file)) {
        throw CellError.perhaps(name + " is a folder", "name a file");
      }
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (Files.exists(file) && !force && !Arrays.equals(Files.readAllBytes(file), bytes)) {
        throw CellError.perhaps(
            name + " holds something else", "name another file, or write over it with --force");
      }
      AtomicFiles.write(file, text);
    } catch (IOException | StorageException | UncheckedIOException e) {
      throw CellError.perhaps(
          name + " cannot be written: " + e.getMessage(), "look who may write there");
    }
    session.notebook().out().println("Wrote " + name + "; a build runs it with mvn cola:finetune");
  }
}
