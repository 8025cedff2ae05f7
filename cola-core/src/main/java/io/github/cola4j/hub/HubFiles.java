package io.github.cola4j.hub;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.hub.HubException.Kind;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which files of a repository are wanted. It may look into some to know. */
@FunctionalInterface
public interface HubFiles {

  /** A repository at one commit. */
  interface Repository {
    /** As in {@code hf:owner/name@revision}. */
    HubName name();

    /** All its files, folders separated by slashes. */
    SortedSet<String> names();

    /**
     * Where one of them is on this machine; it is downloaded if need be.
     *
     * @throws HubException if that fails
     */
    Path file(String name);
  }

  /**
   * The names of the wanted files.
   *
   * @throws HubException if the repository has not what is wanted
   */
  Set<String> of(Repository repository);

  /**
   * All whose name passes a test.
   *
   * @return which throws a HubException of kind NOT_FOUND where none does
   */
  static HubFiles matching(Predicate<String> wanted) {
    return repository -> {
      SortedSet<String> names =
          repository.names().stream().filter(wanted).collect(Collectors.toCollection(TreeSet::new));
      if (names.isEmpty()) {
        throw new HubException(
            Kind.NOT_FOUND,
            repository.name() + " has no file of the kind that is wanted",
            "check the name and the revision; " + NearMiss.advice("", repository.names()));
      }
      return names;
    };
  }

  /**
   * One file.
   *
   * @return which throws a HubException of kind NOT_FOUND where there is no such file
   */
  static HubFiles one(String file) {
    return repository -> {
      if (!repository.names().contains(file)) {
        throw new HubException(
            Kind.NOT_FOUND,
            repository.name().repository()
                + " has no file \""
                + file
                + "\" at "
                + repository.name().revision(),
            NearMiss.advice(file, repository.names()));
      }
      return Set.of(file);
    };
  }

  /**
   * What a base model consists of: configuration, tokenizer and one set of weights as safetensors,
   * all from the repository's root. The weights are {@code model.safetensors}, or else the files
   * that {@code model.safetensors.index.json} names; an adapter's are {@code
   * adapter_model.safetensors}. Other weights (pickles, other formats in folders, consolidated
   * copies) stay where they are.
   *
   * @return which throws a HubException of kind UNSUITABLE where there are no such weights
   */
  static HubFiles model() {
    return ModelFiles::of;
  }
}
