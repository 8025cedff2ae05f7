package io.github.cola4j.checkpoint;

import java.util.List;

/** Which modules an adapter sits at, as PEFT writes it under {@code target_modules}. */
public sealed interface TargetModules {

  /** Names, each of which stands for the module of that name and all that end in {@code .name}. */
  record Names(List<String> names) implements TargetModules {
    public Names {
      names = List.copyOf(names);
    }
  }

  /** A regular expression that matches a module's whole name, or {@code all-linear}. */
  record Pattern(String regex) implements TargetModules {}
}
