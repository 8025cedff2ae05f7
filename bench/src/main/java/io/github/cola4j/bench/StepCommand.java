package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.spec.Task;
import io.github.cola4j.worker.DeviceChoice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code step}: a training step on full batches, the peer of {@code peft_step.py}. */
@Command(
    name = "step",
    showDefaultValues = true,
    description = "Measures training steps on full batches: server pass, fit, merge.")
final class StepCommand implements Bench.Measuring {
  private static final long SEED = 0;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      description =
          "The model, by its public configuration, weights random: ${COMPLETION-CANDIDATES}.")
  private PublicModel model = PublicModel.GPT2;

  @Option(
      names = "--method",
      description = "How it is trained: ${COMPLETION-CANDIDATES} (gradient learning).")
  private Choice.Method method = Choice.Method.COLA;

  @Option(names = "--batch", description = "Rows of a batch.")
  private int batch = 8;

  @Option(names = "--seq", description = "Tokens of each row; none is padding.")
  private int seq = 128;

  @Option(names = "--rank", description = "Rank of low-rank adapters; their alpha is 8 / rank.")
  private int rank = 8;

  @Option(names = "--steps", description = "How many steps are measured.")
  private int steps = 8;

  @Option(names = "--warmup", description = "How many steps go before them, unmeasured.")
  private int warmup = 2;

  @Option(names = "--threads", description = "Threads of one tensor operation.")
  private int threads = 2;

  @Option(names = "--device", description = "auto, cpu, cuda or cuda:N.")
  private String device = "cpu";

  @Option(names = "--dtype", description = "Type of the frozen weights: ${COMPLETION-CANDIDATES}.")
  private Choice.Type dtype = Choice.Type.FLOAT32;

  @Option(
      names = "--optimizer",
      description = "Of the adapters, at a learning rate of 1e-4: ${COMPLETION-CANDIDATES}.")
  private Choice.Optimizer optimizer = Choice.Optimizer.ADAMW;

  @Option(
      names = "--adapter",
      description = "What is fitted at each site: ${COMPLETION-CANDIDATES}.")
  private Choice.Adapter adapter = Choice.Adapter.LOW_RANK;

  @Option(
      names = "--merged",
      description = "Keep the adapters merged into the base, so that the server pass is its alone.")
  private boolean merged;

  @Option(
      names = "--ignored",
      description =
          "Of each row's first tokens this share has labels that are ignored, as prompts have: from"
              + " 0 to less than 1; causal models only.")
  private double ignored;

  @Option(
      names = "--interval",
      description =
          "Into how many server passes a batch is cut, each with its share of the rows; their"
              + " adaptation data is gathered for one fit.")
  private int interval = 1;

  @Option(
      names = "--users",
      description = "How many users have the batch's rows, dealt to them in turn.")
  private int users = 1;

  @Option(
      names = "--sharing",
      description =
          "How users share the model: ${COMPLETION-CANDIDATES}; collaboration and alone fit an"
              + " adapter for each of them.")
  private Choice.Mode sharing = Choice.Mode.COLLABORATION;

  @Option(
      names = "--offload",
      description = "Where adapters are fitted: inline, cpu (a thread of its own), cuda or cuda:N.")
  private String offload = "inline";

  @Option(
      names = "--staleness",
      description =
          "0: a server pass waits for the fit before it; 1: it runs beside it, with adapters one fit"
              + " old (not inline).")
  private int staleness;

  @Option(
      names = "--offload-threads",
      description = "Threads of one tensor operation of fits that are not inline.")
  private int offloadThreads = 1;

  @Option(
      names = "--floor",
      description =
          "After each step time the matrix products alone that no server pass can avoid (floor_ms),"
              + " and compare that step with them.")
  private boolean floor;

  @Override
  public ObjectNode call() {
    settings(""); // whatever is wrong with the options shows before the work begins
    try (ScratchFolder scratch = ScratchFolder.create()) {
      RandomBase.write(scratch.path(), model.config(), ElementType.F32, SEED, RandomBase.ONE_FILE);
      return Forked.run(
          StepJob.class, settings(scratch.path().toString()), DeviceChoice.parse(device));
    }
  }

  /** The options, checked. */
  StepSettings settings(String base) {
    Checked checked = new Checked(spec);
    checked.atLeast(1, "--batch", batch);
    checked.atLeast(2, "--seq", seq);
    checked.atLeast(1, "--rank", rank);
    checked.atLeast(1, "--steps", steps);
    checked.atLeast(0, "--warmup", warmup);
    checked.atLeast(1, "--threads", threads);
    checked.device(device);
    if (!(ignored >= 0 && ignored < 1)) {
      throw checked.problem(
          "--ignored is %s; it has to be a share from 0 to less than 1".formatted(ignored));
    }
    if (ignored > 0 && model.task() != Task.CAUSAL_LM) {
      throw checked.problem(
          "--ignored is for causal models: each row of %s has one label".formatted(model));
    }
    checked.atLeast(1, "--interval", interval);
    if (batch % interval != 0) {
      throw checked.problem(
          "--interval is %d; %d rows cannot be cut into so many equal parts"
              .formatted(interval, batch));
    }
    if (floor && interval > 1) {
      throw checked.problem("--floor is that of one server pass: leave out --interval");
    }
    checked.atLeast(1, "--users", users);
    if (users > batch) {
      throw checked.problem(
          "--users is %d, but a batch has %d rows, so some would have none: choose --batch %d"
              .formatted(users, batch, users));
    }
    if (merged && sharing == Choice.Mode.ALONE) {
      throw checked.problem(
          "--merged and --sharing alone exclude each other: what is merged, all rows pass through");
    }
    if (!offload.equals("inline")) {
      checked.device(offload);
    }
    checked.atLeast(1, "--offload-threads", offloadThreads);
    if (staleness < 0 || staleness > 1) {
      throw checked.problem("--staleness is %d; it can be 0 or 1".formatted(staleness));
    }
    if (staleness == 1 && offload.equals("inline")) {
      throw checked.problem(
          "--staleness 1 is for fits elsewhere: inline, every server pass waits; add --offload cpu");
    }
    return new StepSettings(
        method + "-" + adapter,
        model.toString(),
        base,
        model.task(),
        model.targets(),
        adapter.toString(),
        rank,
        merged,
        batch,
        interval,
        seq,
        steps,
        warmup,
        threads,
        device,
        dtype.toString(),
        optimizer.toString(),
        ignored,
        users,
        sharing.toString(),
        offload,
        staleness,
        offloadThreads,
        floor);
  }
}
