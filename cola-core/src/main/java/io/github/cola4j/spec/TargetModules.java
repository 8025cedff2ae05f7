package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Items;
import io.github.cola4j.spec.Node.Scalar;
import java.util.List;
import java.util.Optional;

/** Which modules of the base get an adapter, by PEFT's rules. */
public sealed interface TargetModules {
  /** A list of names: a module matches that has one of them as its name or after the last dots. */
  record Named(List<String> names) implements TargetModules {}

  /** A text: the regular expression that a module's full name matches as a whole. */
  record Matching(String regex) implements TargetModules {}

  /** {@code all-linear}: every linear module but the task's head. */
  record AllLinear() implements TargetModules {}

  /** A regular expression. */
  Type<String> PATTERN = Type.pattern("a list: [query, value]");

  Type<TargetModules> TYPE =
      new Type<>(
          node -> {
            if (node instanceof Items) {
              return new Named(Type.list(Type.text()).reader().read(node));
            }
            String text = node instanceof Scalar ? Type.text().reader().read(node) : null;
            if (text == null) {
              throw Unfit.expected("a list of module names, a pattern, or all-linear", node);
            }
            if (text.equals("all-linear")) {
              return new AllLinear();
            }
            return new Matching(PATTERN.reader().read(node));
          },
          targets -> {
            if (targets instanceof Named named) {
              return Type.list(Type.text()).writer().apply(named.names());
            }
            return Scalar.of(
                targets instanceof Matching matching ? matching.regex() : "all-linear");
          },
          Form.either(
              Form.list(Form.text(), 1, Optional.empty()),
              Form.choice(List.of("all-linear")),
              Form.text()));

  /** The same without {@code all-linear}, which would leave nothing. */
  Type<TargetModules> EXCLUDED =
      new Type<>(
          node -> {
            TargetModules excluded = TYPE.reader().read(node);
            if (excluded instanceof AllLinear) {
              throw new Unfit(
                  "all-linear would leave no site", "give a list of module names, or a pattern");
            }
            return excluded;
          },
          TYPE.writer(),
          Form.either(Form.list(Form.text(), 1, Optional.empty()), Form.text()));
}
