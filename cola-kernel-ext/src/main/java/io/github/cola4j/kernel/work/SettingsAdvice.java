package io.github.cola4j.kernel.work;

import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.repository.RepositoryAdvice;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.http.client.HttpResponseException;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.ArtifactTransferException;
import org.eclipse.aether.transfer.MetadataNotFoundException;
import org.eclipse.aether.transfer.MetadataTransferException;
import org.eclipse.aether.transfer.TransferCancelledException;

/**
 * What users of a notebook can do about an artifact that cannot be had: mostly, look at Maven's
 * settings.
 */
record SettingsAdvice(MavenHome home) implements RepositoryAdvice {
  private static final String COORDINATES = "the coordinates, and the repositories and mirrors";

  @Override
  public String goOnline() {
    return "remove <offline> from %s, and run the cell again".formatted(settings());
  }

  @Override
  public String library(ArtifactResolutionException problem) {
    return fix(problem, "the repositories and mirrors");
  }

  @Override
  public String artifact(ArtifactResolutionException problem) {
    return fix(problem, COORDINATES);
  }

  /**
   * What to do about artifacts, or something that they need, that none of the repositories gave.
   */
  String dependency(DependencyResolutionException problem) {
    return fix(problem, COORDINATES);
  }

  /** What kept the resolver from its work, of the many things that it tells. */
  String said(DependencyResolutionException problem) {
    Throwable telling =
        causes(problem)
            .filter(ArtifactResolutionException.class::isInstance)
            .findFirst()
            .or(
                () ->
                    causes(problem)
                        .filter(RepositoryException.class::isInstance)
                        .reduce((outer, inner) -> inner))
            .orElse(problem);
    return home.shown(telling.getMessage());
  }

  @Override
  public String sentence(String found, String advice) {
    return CellError.perhaps(found, advice).getMessage();
  }

  /**
   * What to do about whatever kept the resolver from its work.
   *
   * @param check what of the settings may be wrong where the repositories lack an artifact
   */
  private String fix(Throwable problem, String check) {
    if (first(problem, TransferCancelledException.class).isPresent()) {
      return "run the cell again; what is there already is not downloaded again";
    }
    Optional<Integer> status =
        first(problem, HttpResponseException.class).map(HttpResponseException::getStatusCode);
    if (status.filter(code -> code == 401 || code == 403).isPresent()) {
      return "give the user and the password in a <server> of %s%s"
          .formatted(settings(), repository(problem).map(id -> " with the id " + id).orElse(""));
    }
    boolean reached =
        first(problem, ArtifactTransferException.class)
                .filter(e -> !(e instanceof ArtifactNotFoundException))
                .isEmpty()
            && first(problem, MetadataTransferException.class)
                .filter(e -> !(e instanceof MetadataNotFoundException))
                .isEmpty();
    return reached
        ? "check %s in %s".formatted(check, settings())
        : "check the network, and the mirrors and proxies in %s, and run the cell again"
            .formatted(settings());
  }

  private String settings() {
    return home.shown(home.settings().toString());
  }

  private static Optional<String> repository(Throwable problem) {
    return first(problem, ArtifactTransferException.class)
        .map(ArtifactTransferException::getRepository)
        .map(RemoteRepository::getId);
  }

  private static <T extends Throwable> Optional<T> first(Throwable problem, Class<T> kind) {
    return causes(problem).filter(kind::isInstance).map(kind::cast).findFirst();
  }

  private static Stream<Throwable> causes(Throwable problem) {
    return Stream.iterate(problem, Objects::nonNull, Throwable::getCause);
  }
}
