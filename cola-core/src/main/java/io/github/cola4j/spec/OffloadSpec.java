package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Scalar;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code offload}: where adapters are fitted, and how adaptation data gets there.
 * {@code offload: cpu} is short for {@code offload: {to: cpu}}.
 *
 * @param to {@code to}: {@code inline} (the default), on the server pass's own thread and device;
 *     {@code cpu}, on threads of their own; {@code cuda} or {@code cuda:N}, on a GPU beside the
 *     server pass's device
 * @param workers {@code workers}: threads that fit at the same time; users are dealt to them, and
 *     one user's adapters are one worker's; default 1
 * @param threads {@code threads}: threads of a tensor operation of a worker on the CPU; empty by
 *     default: as many as the run's own {@code threads}
 * @param staleness {@code staleness}: 0 (the default): the next server pass waits for the fits, and
 *     the run ends with the same bytes as with {@code to: inline}; 1: it runs beside them, with
 *     adapters one fit old
 * @param queueMb {@code queue_mb}: so many megabytes (of 2^20 bytes) of adaptation data may wait to
 *     be fitted; the server pass waits where there would be more; default 512
 * @param send {@code send}: what is handed over of linear modules' adaptation data: {@code rows}
 *     (the default), inputs and hidden gradients of all tokens; {@code products}, the sum over the
 *     rows of their products (outputs × inputs), over a whole {@code gradient_learning.interval},
 *     which is all that low-rank and linear adapters need; {@code auto}, per site the smaller one.
 *     Adapters come out the same but for rounding
 * @param type {@code type}: how rows travel: {@code float32} (the default), as they are; {@code
 *     bfloat16}, rounded, in half the bytes; {@code int8}, rounded to 127 steps of the row's
 *     largest value, in a quarter; the log tells the error
 */
public record OffloadSpec(
    Optional<Device> to,
    int workers,
    Optional<Integer> threads,
    int staleness,
    int queueMb,
    Send send,
    RowType type) {

  /** What is handed over. */
  public enum Send {
    AUTO,
    ROWS,
    PRODUCTS
  }

  /** How rows travel. */
  public enum RowType {
    FLOAT32,
    BFLOAT16,
    INT8
  }

  private static final Type<Optional<Device>> WHERE =
      new Type<>(
          node -> {
            if (node instanceof Scalar scalar && scalar.kind() == Kind.TEXT) {
              if (scalar.text().equals("inline")) {
                return Optional.empty();
              }
              if (scalar.text().matches("cpu|cuda(:\\d{1,4})?")) {
                return Optional.of(Device.TYPE.reader().read(node));
              }
            }
            throw Unfit.expected("inline, cpu, cuda or cuda:1", node);
          },
          to -> Scalar.of(to.map(Device::key).orElse("inline")),
          Form.either(
              Form.choice(List.of("inline", "cpu", "cuda")), Form.matching("^cuda:[0-9]{1,4}$")));

  static OffloadSpec read(Section section) {
    int problems = section.problems();
    Optional<Device> to = section.value("to", WHERE, Optional.empty());
    boolean known = section.problems() == problems;
    OffloadSpec asked =
        new OffloadSpec(
            to,
            section.value("workers", Type.whole(Range.atLeast(1)), 1),
            section.optional("threads", Type.whole(Range.THREADS)),
            section.value("staleness", Type.whole(Range.between(0, 1)), 0),
            section.value("queue_mb", Type.whole(Range.atLeast(1)), 512),
            section.value("send", Type.choice(Send.class), Send.ROWS),
            section.value("type", Type.choice(RowType.class), RowType.FLOAT32));
    if (known && to.isEmpty()) {
      asked.requireNothingOfInline(section);
    }
    if (asked.send == Send.PRODUCTS && asked.type != RowType.FLOAT32) {
      section.problem(
          "type",
          "it says how rows travel, and with send: products none do",
          "write type: float32, or send: auto");
    }
    return asked;
  }

  private void requireNothingOfInline(Section section) {
    if (staleness > 0) {
      section.problem(
          "staleness",
          "adapters are fitted inline, where every server pass waits for the fits before it",
          "write to: cpu as well, or staleness: 0");
    }
    if (send == Send.PRODUCTS) {
      section.problem(
          "send",
          "adapters are fitted inline, where nothing is sent",
          "write to: cpu as well, or send: rows");
    }
    if (type != RowType.FLOAT32) {
      section.problem(
          "type",
          "adapters are fitted inline, where nothing travels",
          "write to: cpu as well, or type: float32");
    }
  }

  /** Notes what stands against sending products, if that is asked for. */
  void requireProducts(
      Section section,
      GradientLearningSpec learning,
      AdapterSpec adapter,
      Optional<UsersSpec> users) {
    if (send == Send.ROWS) {
      return;
    }
    if (learning.fitSteps() > 1) {
      section.problem(
          "send",
          "with gradient_learning.fit_steps: %d a fit's later steps are taken at changed adapters, for which it needs the rows"
              .formatted(learning.fitSteps()),
          "write send: rows, or fit_steps: 1");
    }
    if (send == Send.AUTO) {
      return;
    }
    boolean own =
        users
            .filter(all -> all.mode() != UsersSpec.Mode.JOINT && !all.list().isEmpty())
            .isPresent();
    if (own) {
      users
          .get()
          .list()
          .forEach(user -> requireLinear(section, " of " + user.name(), user.adapter()));
    } else {
      requireLinear(section, "", adapter);
    }
  }

  private static void requireLinear(Section section, String whose, AdapterSpec adapter) {
    if (!(adapter instanceof AdapterSpec.LowRank) && !(adapter instanceof AdapterSpec.Linear)) {
      section.problem(
          "send",
          "the %s adapter%s needs the rows: its gradients are no function of their products"
              .formatted(AdapterSpec.kind(adapter), whose),
          "write send: auto or rows, or take kind: low-rank or linear");
    }
  }
}
