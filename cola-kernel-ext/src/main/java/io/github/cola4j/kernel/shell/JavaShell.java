package io.github.cola4j.kernel.shell;

import io.github.cola4j.kernel.notebook.ForUser;
import java.io.File;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** The Java of the notebook: what its cells declared, and the compiler that knows it. */
final class JavaShell implements AutoCloseable {
  private static final Set<SubKind> VALUES =
      Set.of(
          SubKind.VAR_VALUE_SUBKIND,
          SubKind.OTHER_EXPRESSION_SUBKIND,
          SubKind.TEMP_VAR_EXPRESSION_SUBKIND);

  private final JShell shell;
  private final SnippetControl control;
  private final Map<String, Place> places = new ConcurrentHashMap<>();

  JavaShell(SnippetLoader loader, CellThread thread) {
    control = new SnippetControl(loader, thread);
    shell = JShell.builder().executionEngine(new InThisProcess(control), Map.of()).build();
    DefaultImports.ALL.forEach(shell::eval);
  }

  /**
   * Runs Java.
   *
   * @param part the Java
   * @param cell the number of the cell's execution
   * @param code the whole cell
   * @return the value of its last expression; null if it ends with something else
   * @throws CellFailure if it can't be compiled or throws
   */
  Object eval(Part.Java part, int cell, String code) {
    Object value = null;
    Set<DeclarationSnippet> unresolved = new HashSet<>();
    // JShell counts the lines of a snippet wrongly if it begins with an empty one.
    String rest = part.text().stripLeading();
    while (!rest.isEmpty()) {
      int start = part.start() + part.text().length() - rest.length();
      CompletionInfo info = analysis().analyzeCompletion(rest);
      if (info.completeness() == Completeness.EMPTY) {
        break;
      }
      if (info.completeness() == Completeness.DEFINITELY_INCOMPLETE) {
        throw CompileErrors.incomplete(cell, code, start);
      }
      boolean known = info.completeness().isComplete();
      value = evalOne(known ? info.source() : rest, cell, code, start, unresolved);
      rest = known ? info.remaining().stripLeading() : "";
    }
    explain(unresolved);
    return value;
  }

  private Object evalOne(
      String source, int cell, String code, int start, Set<DeclarationSnippet> unresolved) {
    control.begin();
    List<SnippetEvent> events = shell.eval(source);
    Object value = null;
    for (SnippetEvent event : events) {
      Snippet snippet = event.snippet();
      if (event.causeSnippet() != null) {
        continue;
      }
      places.put(snippet.id(), Place.of(cell, code, start));
      if (event.status() == Status.REJECTED) {
        throw CompileErrors.of(shell.diagnostics(snippet).toList(), cell, code, start);
      }
      if (control.thrown() instanceof InterruptedException interrupt) {
        throw Interrupts.error(interrupt, List.of());
      }
      if (control.thrown() != null && event.exception() == null) {
        throw Traces.error(control.thrown(), "the kernel");
      }
      if (event.exception() != null) {
        throw error(event.exception());
      }
      if (snippet instanceof DeclarationSnippet declared && isUnresolved(event.status())) {
        unresolved.add(declared);
      }
      value = VALUES.contains(snippet.subKind()) ? control.result() : null;
    }
    return value;
  }

  private static boolean isUnresolved(Status status) {
    return status == Status.RECOVERABLE_DEFINED || status == Status.RECOVERABLE_NOT_DEFINED;
  }

  private CellFailure error(JShellException thrown) {
    if (thrown instanceof UnresolvedReferenceException reference) {
      DeclarationSnippet snippet = reference.getSnippet();
      return CellFailure.of(
          "UnresolvedReference",
          Declarations.name(snippet) + " needs " + missing(snippet) + ": declare it first",
          List.of(
              Declarations.name(snippet)
                  + " can't run yet, because it needs "
                  + missing(snippet)
                  + ". Declare it, and run this cell again."),
          thrown);
    }
    EvalException told = (EvalException) thrown;
    return control.thrown() instanceof ForUser || !control.wasInterrupted()
        ? Traces.error(told, control.thrown(), places)
        : Traces.interrupted(told, places);
  }

  private void explain(Set<DeclarationSnippet> unresolved) {
    for (DeclarationSnippet snippet : unresolved) {
      if (isUnresolved(shell.status(snippet))) {
        System.out.println(
            "Declared "
                + Declarations.name(snippet)
                + ", which can be used once there is: "
                + missing(snippet));
      }
    }
  }

  private String missing(DeclarationSnippet snippet) {
    return shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
  }

  /** Whether a statement can begin after some Java. */
  boolean isEnded(String text) {
    String rest = text;
    while (!rest.isBlank()) {
      CompletionInfo info = analysis().analyzeCompletion(rest);
      switch (info.completeness()) {
        case EMPTY, COMPLETE_WITH_SEMI, UNKNOWN -> {
          return true;
        }
        case COMPLETE -> rest = info.remaining();
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  /** Classes that cells can use from now on. */
  void addToClasspath(List<Path> paths) {
    shell.addToClasspath(
        paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
  }

  SourceCodeAnalysis analysis() {
    return shell.sourceCodeAnalysis();
  }

  JShell shell() {
    return shell;
  }

  @Override
  public void close() {
    shell.close();
  }

  /** JShell's way to be told how to run snippets. */
  private record InThisProcess(SnippetControl control) implements ExecutionControlProvider {
    @Override
    public String name() {
      return "notebook";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
      return control;
    }
  }
}
