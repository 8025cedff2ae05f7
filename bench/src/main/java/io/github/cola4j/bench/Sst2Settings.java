package io.github.cola4j.bench;

import java.util.List;

/**
 * Epochs on SST-2 to be measured.
 *
 * @param base the folder of the model
 * @param data what is learned from and measured on
 * @param rows the first so many rows of train.tsv are trained on
 * @param epochs how often
 * @param batch rows of a batch
 * @param lr the learning rate after the warm-up
 * @param rank of the adapters; their α is 1
 * @param targets the modules that get adapters
 * @param threads of one operation
 * @param seed of the adapters and of the order of rows
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param merged whether the base's weights contain the adapters during the server pass
 * @param order a file that states the batches; null to shuffle by seed
 */
record Sst2Settings(
    String base,
    TextTable data,
    int rows,
    int epochs,
    int batch,
    double lr,
    int rank,
    List<String> targets,
    int threads,
    long seed,
    String device,
    boolean merged,
    String order) {}
