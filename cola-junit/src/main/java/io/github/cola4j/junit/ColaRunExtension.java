package io.github.cola4j.junit;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests what {@link ColaRun} names. */
final class ColaRunExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ColaRunExtension.class);

  private record Key(String folder, String user, Class<?> type) {}

  /** Opened is what a class needs, and closed after its last test. */
  // JUnit closes what is merely AutoCloseable from 5.13 on; projects may have an earlier one.
  @SuppressWarnings("deprecation")
  private record Open(Object value)
      implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    @Override
    public void close() {
      if (value instanceof TrainedModel model) {
        model.close();
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return parameter.isAnnotated(ColaRun.class)
        || (type == RunResult.class || type == TrainedModel.class)
            && ofClass(parameter, context).isPresent();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ColaRun run =
        parameter.findAnnotation(ColaRun.class).or(() -> ofClass(parameter, context)).orElseThrow();
    Class<?> type = parameter.getParameter().getType();
    if (type != RunResult.class && type != TrainedModel.class) {
      throw new ParameterResolutionException(
          "@ColaRun is for parameters of type RunResult or TrainedModel, not "
              + type.getSimpleName());
    }
    Key key = new Key(run.value(), run.user(), type);
    return store(context).getOrComputeIfAbsent(key, ColaRunExtension::open, Open.class).value();
  }

  private static Open open(Key key) {
    Path folder = Path.of(key.folder);
    return new Open(
        key.type == RunResult.class ? RunResult.open(folder) : TrainedModel.open(folder, key.user));
  }

  /** That of the outermost test class, whose nested ones share it. */
  private static ExtensionContext.Store store(ExtensionContext context) {
    ExtensionContext outermost = context;
    for (Optional<ExtensionContext> around = context.getParent();
        around.isPresent() && around.get().getTestClass().isPresent();
        around = around.get().getParent()) {
      outermost = around.get();
    }
    return outermost.getStore(NAMESPACE);
  }

  private static Optional<ColaRun> ofClass(ParameterContext parameter, ExtensionContext context) {
    Class<?> declaring = parameter.getDeclaringExecutable().getDeclaringClass();
    for (Class<?> type = context.getTestClass().orElse(declaring);
        type != null;
        type = type.getEnclosingClass()) {
      if (type.isAnnotationPresent(ColaRun.class)) {
        return Optional.of(type.getAnnotation(ColaRun.class));
      }
    }
    return Optional.empty();
  }
}
