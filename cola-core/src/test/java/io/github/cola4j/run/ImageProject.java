package io.github.cola4j.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Folders with images as a user has them, and a {@code cola.yaml} whose run goes to {@code run/}.
 */
final class ImageProject {
  /** 160 digits of 28 × 28 pixels to learn from, all 200 to measure on. */
  static final String DIGITS =
      """
      task: image-classification
      base: linear
      data:
        train: {file: images.gz, labels: labels, limit: 160}
        validation: {file: images.gz, labels: labels}
      training:
        epochs: 3
        batch_size: 32
        optimizer: {name: sgd, lr: 0.03}
        max_grad_norm: {value: 1, scope: adapter}
        seed: 3
      device: cpu
      threads: 1
      output: run
      """;

  /** Pictures in a folder for each class. */
  static final String PICTURES =
      """
      task: image-classification
      base: {architecture: mlp, hidden_sizes: [8]}
      data:
        train: {file: train}
        validation: {file: test}
      adapter: {kind: linear, bias: true}
      training: {epochs: 6, batch_size: 8, optimizer: {lr: 1e-2}}
      device: cpu
      threads: 1
      output: run
      """;

  private ImageProject() {}

  /** One that learns digits. */
  static SmallProject digits(Path folder) {
    SmallProject project = of(folder, DIGITS);
    try {
      Files.copy(mnist("images-idx3-ubyte.gz"), folder.resolve("images.gz"));
      Files.copy(mnist("labels-idx1-ubyte"), folder.resolve("labels"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return project;
  }

  /** One that learns on which side a picture is bright. */
  static SmallProject pictures(Path folder) {
    SmallProject project = of(folder, PICTURES);
    for (String side : new String[] {"left", "right"}) {
      picture(folder.resolve("train").resolve(side), 12, side, 6);
      picture(folder.resolve("test").resolve(side), 5, side, 6);
    }
    return project;
  }

  private static SmallProject of(Path folder, String spec) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SmallProject project = new SmallProject(folder);
    project.write("cola.yaml", spec);
    return project;
  }

  private static Path mnist(String name) {
    try {
      return Path.of(ImageProject.class.getResource("/mnist/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes PNG pictures that are bright on one side, of 6 rows of pixels. */
  static void picture(Path folder, int count, String bright, int width) {
    Random random = new Random(folder.toString().endsWith("left") ? 1 : 2);
    try {
      Files.createDirectories(folder);
      for (int i = 0; i < count; i++) {
        BufferedImage image = new BufferedImage(width, 6, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 6; y++) {
          for (int x = 0; x < width; x++) {
            boolean here = x < width / 2 == bright.equals("left");
            image.getRaster().setSample(x, y, 0, random.nextInt(100) + (here ? 150 : 0));
          }
        }
        ImageIO.write(image, "png", folder.resolve("%02d.png".formatted(i)).toFile());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
