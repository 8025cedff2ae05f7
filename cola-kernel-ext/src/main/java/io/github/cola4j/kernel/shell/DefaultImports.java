package io.github.cola4j.kernel.shell;

import java.util.List;

/** What cells need not import. */
final class DefaultImports {
  /** Snippets that run before the first cell. */
  static final List<String> ALL =
      List.of(
          "import io.github.cola4j.kernel.*;",
          "import java.io.*;",
          "import java.math.*;",
          "import java.nio.file.*;",
          "import java.util.*;",
          "import java.util.function.*;",
          "import java.util.stream.*;",
          // display(…), render(…) and their like, which JJava's notebooks have too.
          "import static org.dflib.jjava.jupyter.kernel.BaseNotebookStatics.*;");

  private DefaultImports() {}
}
