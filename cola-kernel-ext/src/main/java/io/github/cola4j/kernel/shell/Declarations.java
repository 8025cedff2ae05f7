package io.github.cola4j.kernel.shell;

import jdk.jshell.DeclarationSnippet;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet.Kind;

/** How declarations are spoken of. */
final class Declarations {
  private Declarations() {}

  static String name(DeclarationSnippet snippet) {
    if (snippet instanceof MethodSnippet method) {
      return "method " + method.name() + "(" + method.parameterTypes() + ")";
    }
    return (snippet.kind() == Kind.VAR ? "variable " : "type ") + snippet.name();
  }
}
