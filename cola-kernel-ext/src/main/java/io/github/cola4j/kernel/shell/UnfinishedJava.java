package io.github.cola4j.kernel.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Kind;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * Looks at Java that ends at the cursor, with all in view that stands before in the cell though it
 * did not run yet. What is before becomes the beginning of a class, its methods first, then one
 * more method with all else. Imports can't stand there: they are made for as long as it looks,
 * unless they are there. (Methods and types must not be made: dropping them breaks JShell.)
 */
final class UnfinishedJava {
  private static final Pattern TYPE =
      Pattern.compile(
          "(?:\\s|//[^\n]*\n|/\\*(?s:.*?)\\*/|@(?!interface)[\\w.]+(?:\\([^()]*\\))?"
              + "|\\b(?:public|protected|private|static|final|abstract|strictfp|sealed|non-sealed)\\b)*"
              + "(?:@interface\\b|(?:class|interface|enum)\\b|record\\s+\\w+\\s*[(<])");

  private final JShell shell;

  UnfinishedJava(JShell shell) {
    this.shell = shell;
  }

  /**
   * Looks.
   *
   * @param java Java up to the cursor
   * @param look gets the text to look at, which ends as the Java does
   */
  <T> T look(String java, Function<String, T> look) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    StringBuilder methods = new StringBuilder();
    StringBuilder statements = new StringBuilder();
    List<Snippet> imports = new ArrayList<>();
    try {
      String rest = java;
      while (true) {
        CompletionInfo info = analysis.analyzeCompletion(rest);
        if (!info.completeness().isComplete() || info.remaining().isBlank()) {
          return look.apply(before(methods, statements) + rest);
        }
        String source = info.source();
        // A type that JShell saw but didn't run breaks its documentation since JDK 25.
        boolean type = TYPE.matcher(source).lookingAt();
        List<Snippet> snippets = type ? List.of() : analysis.sourceToSnippets(source);
        Kind kind = snippets.isEmpty() ? Kind.TYPE_DECL : snippets.get(0).kind();
        if (kind == Kind.IMPORT) {
          snippets.stream().flatMap(this::make).forEach(imports::add);
        } else {
          (kind == Kind.METHOD ? methods : statements).append(source).append('\n');
        }
        rest = info.remaining();
      }
    } finally {
      imports.forEach(shell::drop);
    }
  }

  private static String before(StringBuilder methods, StringBuilder statements) {
    if (methods.isEmpty() && statements.isEmpty()) {
      return "";
    }
    return "class Cell {\n" + methods + "void cell() throws Throwable {\n" + statements;
  }

  private Stream<Snippet> make(Snippet snippet) {
    String name = ((ImportSnippet) snippet).fullname();
    boolean there =
        shell.imports().anyMatch(i -> shell.status(i).isActive() && i.fullname().equals(name));
    return there
        ? Stream.empty()
        : shell.eval(snippet.source()).stream()
            .filter(event -> event.causeSnippet() == null && event.status().isActive())
            .map(event -> event.snippet());
  }
}
