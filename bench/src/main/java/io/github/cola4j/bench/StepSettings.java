package io.github.cola4j.bench;

import io.github.cola4j.spec.Task;
import java.util.List;

/**
 * Training steps to be measured.
 *
 * @param method the method's name, for the result
 * @param model the model's name, for the result
 * @param base the folder of the model
 * @param task what it is trained for
 * @param targets the modules that get adapters
 * @param adapter {@code low-rank} or {@code linear}
 * @param rank of low-rank adapters
 * @param merged whether the base's weights contain the adapters during the server pass
 * @param batch rows of a step
 * @param interval in how many server passes, equal shares of the rows one after the other
 * @param seq tokens of each row
 * @param steps how many steps are measured
 * @param warmup how many steps go before them
 * @param threads of one operation
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param dtype of the base's weights
 * @param optimizer {@code adamw} or {@code sgd}
 * @param ignored the share of each row's tokens, from its first one, whose labels are ignored
 * @param users how many users the batch's rows are dealt to in turn
 * @param sharing how they share the model: {@code joint}, {@code alone} or {@code collaboration}
 * @param offload where adapters are fitted: {@code inline}, {@code cpu}, {@code cuda} or {@code
 *     cuda:N}
 * @param staleness how many fits old adapters may be in a server pass: 0 or 1
 * @param offloadThreads threads of one operation of fits elsewhere
 * @param floor whether the products that no server pass can avoid are timed after each step
 */
record StepSettings(
    String method,
    String model,
    String base,
    Task task,
    List<String> targets,
    String adapter,
    int rank,
    boolean merged,
    int batch,
    int interval,
    int seq,
    int steps,
    int warmup,
    int threads,
    String device,
    String dtype,
    String optimizer,
    double ignored,
    int users,
    String sharing,
    String offload,
    int staleness,
    int offloadThreads,
    boolean floor) {}
