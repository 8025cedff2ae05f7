package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.SpecArguments;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/** What goals have in common that use a finished run. */
abstract class RunMojo extends SpecMojo {
  /**
   * The folder of the run; by default the one where the spec puts it. Where it is given, no spec is
   * looked at. Example: {@code -Dcola.run=target/cola/sentiment}.
   */
  @Parameter(property = PropertyNames.RUN)
  private File run;

  /**
   * Whose adapter is used, for a run of users with adapters of their own. Example: {@code
   * -Dcola.user=ann}.
   */
  @Parameter(property = PropertyNames.USER)
  private String user;

  RunMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  /** The run's folder, which is there; absolute. */
  final Path runFolder() throws MojoFailureException {
    List<Path> folders = runFolders();
    if (folders.size() > 1) {
      throw new MojoFailureException(
          Advice.perhaps(
              "There are several specs, and this goal uses one run",
              "name one of them with " + PropertyNames.option(PropertyNames.SPEC, "…")));
    }
    return folders.get(0);
  }

  /** The folders of all the specs' runs, which are there; absolute. */
  final List<Path> runFolders() throws MojoFailureException {
    List<Path> folders = new ArrayList<>();
    for (Path folder : run != null ? List.of(run.toPath()) : outputs()) {
      if (!Files.isDirectory(folder)) {
        throw new MojoFailureException(
            Advice.perhaps(
                "There is no run at " + folder,
                run != null
                    ? "check " + PropertyNames.RUN
                    : "run cola:finetune first, or name a run's folder with "
                        + PropertyNames.option(PropertyNames.RUN, "…")));
      }
      folders.add(folder.toAbsolutePath().normalize());
    }
    return folders;
  }

  /**
   * By which a job finds the run and its base.
   *
   * @param folder {@link #runFolder}'s
   */
  final ObjectNode runArguments(Path folder) throws MojoFailureException {
    return runArguments(folder, "base"::equals);
  }

  /**
   * By which a job finds the run: {@code run}, its folder; {@code sources}, where what it needs is
   * if that was fetched; and {@code user} where one is named.
   *
   * @param needed the keys of the spec whose files the job reads
   */
  final ObjectNode runArguments(Path folder, Predicate<String> needed) throws MojoFailureException {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("run", folder.toString());
    SpecArguments.putSources(arguments, fetch(folder, needed));
    if (user != null) {
      arguments.put("user", user);
    }
    return arguments;
  }
}
