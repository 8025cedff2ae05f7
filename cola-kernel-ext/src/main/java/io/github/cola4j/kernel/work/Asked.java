package io.github.cola4j.kernel.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.run.SpecArguments;
import io.github.cola4j.spec.RunSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A run that a cell asks for.
 *
 * @param spec what is to be learned
 * @param text the spec as it was written when it was asked for
 * @param inCell whether it stands in a cell, and not in a file
 * @param overrides values that replace those of the text
 */
public record Asked(RunSpec spec, String text, boolean inCell, Map<String, String> overrides) {
  static final String OUTPUT = "output";

  /** A spec that says itself where its run goes; one in braces is not looked into. */
  private static final Pattern NAMES_OUTPUT = Pattern.compile("(?m)^(output\\s*:|\\s*\\{)");

  /** Where the run is, or will be; absolute. */
  public Path folder() {
    return spec.output().path().toAbsolutePath().normalize();
  }

  /** The last part of its folder's name. */
  public String name() {
    return folder().getFileName().toString();
  }

  /** The run's folder, as the user knows it. */
  public String output() {
    return spec.output().asWritten();
  }

  /** The same asked for again: a cell's as it was, a file's as it is now. */
  public Asked again(Workshop workshop, EventSink events) {
    return with(Map.of(), workshop, events);
  }

  /** The same with more values replaced. */
  public Asked with(Map<String, String> changes, Workshop workshop, EventSink events) {
    Map<String, String> all = new LinkedHashMap<>(overrides);
    all.putAll(changes);
    return inCell
        ? workshop.parse(text, all, events)
        : workshop.spec(spec.origin().file(), all, events);
  }

  /**
   * The spec for a file: as it was written, with where its run goes, for a file has another name
   * than the cell, and would have another output; or, where values were replaced, all of them
   * written out.
   */
  public String written() {
    Map<String, String> changes = new LinkedHashMap<>(overrides);
    boolean moved = changes.remove(OUTPUT) != null;
    boolean names = NAMES_OUTPUT.matcher(text).find();
    if (!changes.isEmpty() || names && moved) {
      return spec.resolved();
    }
    String plain = text.strip() + "\n";
    return names || !inCell && !moved ? plain : plain + OUTPUT + ": " + output() + "\n";
  }

  /** By which a job finds the same spec. */
  public ObjectNode arguments() {
    return SpecArguments.of(spec, text, overrides);
  }
}
