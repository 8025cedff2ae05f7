package io.github.cola4j.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders of runs as runs leave them, with what a test wants to be in them. */
public record WrittenRun(Path folder) {
  /** What a run of sequence classification sums up. */
  public static final String SUMMARY =
      """
      {
        "base" : "../bases/minilm-l6",
        "task" : "sequence-classification",
        "labels" : [ "negative", "positive" ],
        "steps" : 4,
        "kept_step" : 2,
        "trainable_parameters" : 74498,
        "sites" : 13,
        "metrics" : {
          "accuracy" : 0.8256880733944955,
          "f1" : 0.822429906542056
        },
        "training_rows" : 6000,
        "examples_per_second" : 144.17855017211494,
        "training_seconds" : 41.5,
        "seconds" : 46.0,
        "peak_rss_bytes" : 741462016
      }
      """;

  /** Two users, of whom one has no validation rows. */
  public static final String USERS =
      """
        "users_mode" : "alone",
        "users" : {
          "ann" : {"training_rows" : 40, "fits" : 4, "kept_step" : 2, "metrics" : {"accuracy" : 0.75, "f1" : 0.5}},
          "bob" : {"training_rows" : 20, "fits" : 3}
        },
      """;

  private static final String METRICS =
      """
      {"type":"step_done","step":1,"total_steps":4,"epoch":0.5,"loss":0.7,"lr":0.001,"examples_per_second":100.0,"server_millis":300.0,"fit_millis":50.0,"rss_bytes":1}
      {"type":"step_done","step":2,"total_steps":4,"epoch":1.0,"loss":0.6,"lr":0.001,"examples_per_second":100.0,"server_millis":200.0,"fit_millis":40.0,"rss_bytes":1}
      {"type":"validated","step":2,"metrics":{"accuracy":0.8256880733944955,"f1":0.822429906542056},"best":true}
      {"type":"step_done","step":3,"total_steps":4,"epoch":1.5,"loss":0.5,"lr":0.001,"examples_per_second":100.0,"server_millis":200.0,"fit_millis":40.0,"rss_bytes":1}
      {"type":"step_done","step":4,"total_steps":4,"epoch":2.0,"loss":0.4,"lr":0.001,"examples_per_second":100.0,"server_millis":200.0,"fit_millis":40.0,"rss_bytes":1}
      {"type":"validated","step":4,"metrics":{"accuracy":0.75,"f1":0.7},"best":false}
      """;

  /** A finished run without users. */
  public static WrittenRun finished(Path folder) {
    return new WrittenRun(folder)
        .file("summary.json", SUMMARY)
        .file("metrics.jsonl", METRICS)
        .file("spec.yaml", "base: ../bases/minilm-l6\n")
        .file("adapter/adapter_model.safetensors", "x".repeat(302_712));
  }

  /** The same with two users who learned alone. */
  public static WrittenRun ofUsers(Path folder) {
    WrittenRun run =
        finished(folder)
            .file("summary.json", SUMMARY.replaceFirst("(?m)^ *\"training_rows\"", USERS + "$0"))
            .file("users/ann/adapter/adapter_model.safetensors", "x".repeat(1000))
            .file("users/bob/adapter/adapter_model.safetensors", "x".repeat(2000));
    try {
      Files.delete(folder.resolve("adapter/adapter_model.safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return run;
  }

  /** The same with another file, or another text in it. */
  public WrittenRun file(String name, String text) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with something else in its summary. */
  public WrittenRun summary(String was, String is) {
    try {
      String text = Files.readString(folder.resolve("summary.json"));
      if (!text.contains(was)) {
        throw new AssertionError("the summary does not hold " + was);
      }
      return file("summary.json", text.replace(was, is));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
