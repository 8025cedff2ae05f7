package io.github.cola4j.junit;

import io.github.cola4j.run.Finetuning;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.StopSignal;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Tiny runs of all kinds below {@code target/tiny}, where annotations can name them, each trained
 * once, on bases among the reference values of cola-core.
 */
enum TinyProject {
  REVIEWS(
      """
      base: BERT
      data:
        train: {file: reviews.tsv, text: text}
        validation: {file: reviews.tsv}
        max_length: 32
      adapter: {r: 4, lora_alpha: 8}
      training: {epochs: 20, batch_size: 4, optimizer: {lr: 1e-2}, base_dropout: false}
      gates: {accuracy: ">= 0.9", trainable_parameters: "<= 1e6", adapter_size: "<= 1 MB"}
      """),
  OWNERS(
      """
      base: BERT
      data:
        train: {file: owners.tsv, text: text}
        validation: {file: owners.tsv}
        max_length: 32
      users: {mode: alone, column: owner}
      adapter: {r: 4, lora_alpha: 8}
      training: {epochs: 20, batch_size: 4, optimizer: {lr: 1e-2}, base_dropout: false}
      """),
  STARS(
      """
      base: LLAMA
      task: sequence-regression
      data:
        train: {file: stars.tsv, text: [text, answer]}
        max_length: 32
      training: {epochs: 20, batch_size: 4, optimizer: {lr: 1e-2}, base_dropout: false}
      """),
  FACTS(
      """
      base: LLAMA
      task: causal-lm
      data:
        train: {file: facts.tsv, prompt: facts, response: text}
        max_length: 48
      adapter: {r: 4, lora_alpha: 8, target_modules: all-linear}
      training: {epochs: 20, batch_size: 4, optimizer: {lr: 1e-2}}
      generation: {max_new_tokens: 14}
      """),
  PICTURES(
      """
      base: linear
      task: image-classification
      data: {train: {file: pictures}}
      training: {epochs: 10, batch_size: 4, optimizer: {lr: 1e-2}}
      """);

  private final String spec;

  TinyProject(String spec) {
    this.spec = spec;
  }

  /** Where the spec is, and the run below it. */
  Path folder() {
    return Path.of("target", "tiny", name().toLowerCase(Locale.ROOT));
  }

  Path yaml() {
    return folder().resolve("cola.yaml");
  }

  Path output() {
    return folder().resolve("run");
  }

  /** Trains it, unless this JVM has. Returns the run's folder. */
  synchronized Path trained() {
    if (!trained) {
      train();
      trained = true;
    }
    return output();
  }

  private boolean trained;

  private void train() {
    delete(folder());
    write("cola.yaml", spec());
    write("reviews.tsv", "text\tlabel\n" + "charming and clear\tgood\nrocks left\tbad\n".repeat(6));
    write(
        "owners.tsv",
        "text\tlabel\towner\n"
            + "charming and clear\tgood\tann\nrocks left\tbad\tann\n".repeat(6)
            // Nothing can be learned from bob's rows.
            + "clear\tgood\tbob\nclear\tbad\tbob\n".repeat(6));
    write("stars.tsv", "text\tanswer\tlabel\n" + "charming\tclear\t5\nrocks\tleft\t1\n".repeat(6));
    write(
        "facts.tsv",
        "facts\ttext\n" + "name[Blue]\tA coffee shop.\narea[city]\tThe city centre.\n".repeat(6));
    pictures();
    Finetuning.run(RunSpec.read(yaml(), Map.of()), true, event -> {}, StopSignal.NEVER);
  }

  private String spec() {
    String bases = "../../../../cola-core/src/test/resources/golden/";
    return spec.replace("BERT", bases + "bert/checkpoint")
            .replace("LLAMA", bases + "llama/checkpoint")
        + "output: run\nthreads: 1\ndevice: cpu\n";
  }

  private void pictures() {
    for (int shade : new int[] {10, 240}) {
      for (int i = 0; i < 6; i++) {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        for (int pixel = 0; pixel < 16; pixel++) {
          image.getRaster().setSample(pixel / 4, pixel % 4, 0, shade + i);
        }
        Path file = folder().resolve(shade < 100 ? "pictures/dark" : "pictures/light");
        try {
          Files.createDirectories(file);
          ImageIO.write(image, "png", file.resolve(i + ".png").toFile());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  void write(String name, String text) {
    try {
      Files.createDirectories(folder());
      Files.writeString(folder().resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
