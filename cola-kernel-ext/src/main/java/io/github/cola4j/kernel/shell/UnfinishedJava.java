package io.github.cola4j.kernel.shell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Kind;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * Looks at Java that ends at the cursor, with all in view that stands before in the cell though it
 * did not run yet: statements stay before it, and declarations and imports, which JShell knows only
 * once they ran, are made for as long as it looks, unless there are older ones of their names.
 */
final class UnfinishedJava {
  private final JShell shell;

  UnfinishedJava(JShell shell) {
    this.shell = shell;
  }

  /**
   * @param java Java up to the cursor
   * @param look gets the text to look at, which ends as the Java does
   */
  <T> T look(String java, Function<String, T> look) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    StringBuilder text = new StringBuilder();
    List<Snippet> made = new ArrayList<>();
    try {
      String rest = java;
      while (true) {
        CompletionInfo info = analysis.analyzeCompletion(rest);
        if (!info.completeness().isComplete() || info.remaining().isBlank()) {
          return look.apply(text + rest);
        }
        List<Snippet> snippets = analysis.sourceToSnippets(info.source());
        if (snippets.stream().allMatch(UnfinishedJava::isDeclaration)) {
          snippets.stream().filter(s -> !exists(s)).forEach(s -> made.addAll(make(s)));
        } else {
          text.append(info.source()).append('\n');
        }
        rest = info.remaining();
      }
    } finally {
      made.forEach(shell::drop);
    }
  }

  private static boolean isDeclaration(Snippet snippet) {
    Kind kind = snippet.kind();
    return kind == Kind.IMPORT || kind == Kind.METHOD || kind == Kind.TYPE_DECL;
  }

  private List<Snippet> make(Snippet snippet) {
    return shell.eval(snippet.source()).stream()
        .filter(event -> event.causeSnippet() == null && event.status().isActive())
        .map(event -> event.snippet())
        .toList();
  }

  private boolean exists(Snippet snippet) {
    Set<String> names =
        shell
            .snippets()
            .filter(s -> s.kind() == snippet.kind() && shell.status(s).isActive())
            .map(UnfinishedJava::name)
            .collect(Collectors.toCollection(HashSet::new));
    return names.contains(name(snippet));
  }

  private static String name(Snippet snippet) {
    if (snippet instanceof ImportSnippet imported) {
      return imported.fullname() + imported.isStatic();
    }
    if (snippet instanceof MethodSnippet method) {
      return method.name();
    }
    return snippet instanceof PersistentSnippet named ? named.name() : snippet.id();
  }
}
