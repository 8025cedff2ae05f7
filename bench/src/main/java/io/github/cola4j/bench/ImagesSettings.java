package io.github.cola4j.bench;

import java.util.List;

/**
 * Epochs on images, by gradient learning and by back-propagation.
 *
 * @param data the folder of MNIST's four files
 * @param architecture {@code linear}, {@code mlp} or {@code cnn}
 * @param hiddenSizes of its layers; empty for the paper's
 * @param adapter {@code linear} (with bias), {@code low-rank} or {@code mlp}, at all sites
 * @param rank of low-rank adapters, and their {@code lora_alpha}: their scale is 1
 * @param merged whether gradient learning keeps the adapters merged into the base
 * @param rows the first so many images are trained on
 * @param epochs how often
 * @param batch images of a batch
 * @param optimizer {@code sgd} or {@code adamw}
 * @param learningRate the highest; it falls by a cosine
 * @param threads of one operation
 * @param seed of base, adapters and order
 * @param float64 whether all is computed in float64, where rounding is too small to grow
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 */
record ImagesSettings(
    String data,
    String architecture,
    List<Integer> hiddenSizes,
    String adapter,
    int rank,
    boolean merged,
    int rows,
    int epochs,
    int batch,
    String optimizer,
    double learningRate,
    int threads,
    long seed,
    boolean float64,
    String device) {}
