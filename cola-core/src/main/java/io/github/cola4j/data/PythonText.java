package io.github.cola4j.data;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import java.beans.FeatureDescriptor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.MethodNotFoundException;

/**
 * The methods of Python's strings that templates call. Jinjava would call Java's, which lack some
 * and mean another thing by others ({@code split}); no method of Java's String is left within
 * reach.
 */
final class PythonText extends ELResolver {
  private PythonText() {}

  static ELResolver resolver() {
    CompositeELResolver resolvers = new CompositeELResolver();
    resolvers.add(new PythonText());
    resolvers.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
    return resolvers;
  }

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
    if (!(base instanceof String text)) {
      return null;
    }
    context.setPropertyResolved(true);
    List<String> words = Arrays.stream(arguments).map(String::valueOf).toList();
    return call(text, String.valueOf(method), words);
  }

  private static Object call(String text, String method, List<String> arguments) {
    String first = arguments.isEmpty() ? null : arguments.get(0);
    String second = arguments.size() < 2 ? null : arguments.get(1);
    return switch (method + "/" + arguments.size()) {
      case "strip/0", "strip/1" -> rstrip(lstrip(text, first), first);
      case "lstrip/0", "lstrip/1" -> lstrip(text, first);
      case "rstrip/0", "rstrip/1" -> rstrip(text, first);
      case "upper/0" -> text.toUpperCase(Locale.ROOT);
      case "lower/0" -> text.toLowerCase(Locale.ROOT);
      case "capitalize/0" -> capital(text);
      case "title/0" ->
          Pattern.compile("\\p{L}+").matcher(text).replaceAll(word -> capital(word.group()));
      case "startswith/1" -> text.startsWith(first);
      case "endswith/1" -> text.endsWith(first);
      case "replace/2" -> text.replace(first, second);
      case "split/0" -> Arrays.stream(text.strip().split("\\s+")).collect(Collectors.toList());
      case "split/1" -> Arrays.asList(text.split(Pattern.quote(first), -1));
      case "split/2" ->
          Arrays.asList(text.split(Pattern.quote(first), 1 + Integer.parseInt(second)));
      default ->
          throw new MethodNotFoundException(
              "a text has no method " + method + " with " + arguments.size() + " arguments");
    };
  }

  private static String capital(String word) {
    return word.isEmpty()
        ? word
        : word.substring(0, 1).toUpperCase(Locale.ROOT)
            + word.substring(1).toLowerCase(Locale.ROOT);
  }

  /**
   * @param characters which are taken off; null for white space
   */
  private static String lstrip(String text, String characters) {
    int from = 0;
    while (from < text.length() && isAmong(text.charAt(from), characters)) {
      from++;
    }
    return text.substring(from);
  }

  private static String rstrip(String text, String characters) {
    int to = text.length();
    while (to > 0 && isAmong(text.charAt(to - 1), characters)) {
      to--;
    }
    return text.substring(0, to);
  }

  private static boolean isAmong(char c, String characters) {
    return characters == null
        // Python's white space is Java's with the no-break spaces and NEL.
        ? Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085'
        : characters.indexOf(c) >= 0;
  }

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public Class<?> getType(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    // Nothing here can be set; the next resolver says so.
  }

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return Collections.emptyIterator();
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return Object.class;
  }
}
