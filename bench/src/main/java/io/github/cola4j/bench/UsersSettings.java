package io.github.cola4j.bench;

import java.util.List;

/**
 * Training steps of several users to be measured.
 *
 * @param base the folder of the model
 * @param data what is learned from and measured on
 * @param users how many there are
 * @param mode {@code joint}, {@code alone} or {@code collaboration}
 * @param merged whether the base's weights contain the adapters during the server pass
 * @param batch rows of a batch
 * @param steps how many steps are measured
 * @param warmup how many steps go before them
 * @param rank of the adapters; their α is 1
 * @param targets the modules that get adapters
 * @param threads of one operation
 * @param seed of the adapters and of the order of rows
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param cpuTime whether times are those of the thread on its processor
 */
record UsersSettings(
    String base,
    TextTable data,
    int users,
    String mode,
    boolean merged,
    int batch,
    int steps,
    int warmup,
    int rank,
    List<String> targets,
    int threads,
    long seed,
    String device,
    boolean cpuTime) {}
