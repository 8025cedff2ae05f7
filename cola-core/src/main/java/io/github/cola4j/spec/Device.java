package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Scalar;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The key {@code device}: where the base model runs. */
public sealed interface Device {
  /** {@code auto}: the first GPU if there is one that can be used, else the CPU. */
  record Auto() implements Device {}

  /** {@code cpu}. */
  record Cpu() implements Device {}

  /**
   * {@code cuda} or {@code cuda:N}: a GPU.
   *
   * @param index its number, counted from 0, which {@code cuda} alone means
   */
  record Cuda(int index) implements Device {}

  /** The word for it in a spec. */
  default String key() {
    if (this instanceof Cuda cuda) {
      return cuda.index() == 0 ? "cuda" : "cuda:" + cuda.index();
    }
    return this instanceof Auto ? "auto" : "cpu";
  }

  Type<Device> TYPE =
      new Type<>(
          node -> {
            if (node instanceof Scalar scalar && scalar.kind() == Kind.TEXT) {
              Matcher cuda = Pattern.compile("cuda(?::(\\d{1,4}))?").matcher(scalar.text());
              if (cuda.matches()) {
                return new Cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
              }
              if (scalar.text().equals("auto")) {
                return new Auto();
              }
              if (scalar.text().equals("cpu")) {
                return new Cpu();
              }
            }
            throw Unfit.expected("auto, cpu, cuda or cuda:1", node);
          },
          device -> Scalar.of(device.key()),
          Form.either(
              Form.choice(List.of("auto", "cpu", "cuda")), Form.matching("^cuda:[0-9]{1,4}$")));
}
