package io.github.cola4j.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What the Javadoc of this package says of keys, by the class that says it, as text with code in
 * backquotes. Three forms are understood: <code>{@code key}, with this or that: what it is</code>
 * at the beginning of a {@code @param} or of a method's comment; <code>Which kind is said by {@code
 * kind}: …</code> in a class's; and the comment of a constant that holds a key.
 */
final class SpecJavadoc {
  private static final Pattern OF_KEY =
      Pattern.compile("`([a-z_0-9]+)`(?:, ([^:`]*(?:`[^`]*`[^:`]*)*))?: (.*)", Pattern.DOTALL);
  private static final Pattern OF_VARIANT =
      Pattern.compile("Which (\\w+) is said by `([a-z_]+)`: (.*?)\\.(?= |$)");

  private SpecJavadoc() {}

  /** By class, {@code AdapterSpec.LowRank}, and key. */
  static Map<String, Map<String, String>> read(Path sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, Map<String, String>> texts = new LinkedHashMap<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8);
        Stream<Path> java = Files.list(sources)) {
      List<File> all = java.map(Path::toFile).sorted().toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromFiles(all));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Scan(docs, texts).scan(unit, "");
      }
    }
    return texts;
  }

  private static final class Scan extends TreePathScanner<Void, String> {
    private final DocTrees docs;
    private final Map<String, Map<String, String>> texts;

    Scan(DocTrees docs, Map<String, Map<String, String>> texts) {
      this.docs = docs;
      this.texts = texts;
    }

    @Override
    public Void visitClass(ClassTree tree, String outer) {
      String name =
          outer.isEmpty() ? "" + tree.getSimpleName() : outer + "." + tree.getSimpleName();
      comment()
          .ifPresent(
              comment -> {
                Matcher variant = OF_VARIANT.matcher(text(comment.getFullBody()));
                if (variant.find()) {
                  put(
                      name,
                      variant.group(2),
                      "which " + variant.group(1) + ": " + variant.group(3));
                }
                for (DocTree tag : comment.getBlockTags()) {
                  if (tag instanceof ParamTree param) {
                    ofKey(name, text(param.getDescription()));
                  }
                }
              });
      return super.visitClass(tree, name);
    }

    @Override
    public Void visitMethod(MethodTree tree, String type) {
      comment().ifPresent(comment -> ofKey(type, text(comment.getFullBody())));
      return null;
    }

    @Override
    public Void visitVariable(VariableTree tree, String type) {
      ExpressionTree value = tree.getInitializer();
      if (value != null && value.getKind() == Tree.Kind.STRING_LITERAL) {
        String key = (String) ((com.sun.source.tree.LiteralTree) value).getValue();
        if (key.matches("[a-z_0-9]+")) {
          comment().ifPresent(comment -> put(type, key, text(comment.getFullBody())));
        }
      }
      return null;
    }

    private Optional<DocCommentTree> comment() {
      return Optional.ofNullable(docs.getDocCommentTree(getCurrentPath()));
    }

    private void ofKey(String type, String text) {
      Matcher key = OF_KEY.matcher(text);
      if (key.matches()) {
        String when = key.group(2) == null ? "" : key.group(2) + ": ";
        put(type, key.group(1), when + key.group(3));
      }
    }

    private void put(String type, String key, String text) {
      String sentence = text.endsWith(".") ? text : text + ".";
      texts
          .computeIfAbsent(type, t -> new LinkedHashMap<>())
          .merge(key, capital(sentence), (first, second) -> first + " " + second);
    }
  }

  private static String capital(String text) {
    char first = text.charAt(0);
    return (first >= 'a' && first <= 'z' ? Character.toUpperCase(first) : first)
        + text.substring(1);
  }

  private static String text(List<? extends DocTree> parts) {
    return parts.stream()
        .map(SpecJavadoc::text)
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .replace("<code>", "`")
        .replace("</code>", "`")
        .strip();
  }

  private static String text(DocTree part) {
    if (part instanceof LiteralTree literal) {
      return "`" + literal.getBody().getBody().strip() + "`";
    }
    if (part instanceof LinkTree link) {
      return "`" + link.getReference() + "`";
    }
    return part instanceof TextTree text ? text.getBody() : part.toString();
  }
}
