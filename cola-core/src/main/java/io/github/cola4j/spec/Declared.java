package io.github.cola4j.spec;

import java.util.Optional;

/**
 * A key as reading asked for it: what can be told of it without a file.
 *
 * @param form what its value looks like; empty for a section
 * @param section the full name of the section whose keys it takes; empty for a value
 * @param required whether it must be there
 * @param byDefault what it is where the file lacks it
 */
record Declared(
    Optional<Form> form, Optional<String> section, boolean required, Optional<Node> byDefault) {
  static Declared value(Form form) {
    return new Declared(Optional.of(form), Optional.empty(), false, Optional.empty());
  }

  static Declared section(String name) {
    return new Declared(Optional.empty(), Optional.of(name), false, Optional.empty());
  }

  Declared mustBeThere() {
    return new Declared(form, section, true, byDefault);
  }

  Declared or(Node usual) {
    return new Declared(form, section, required, Optional.of(usual));
  }
}
