package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.lock.LockFile;
import io.github.cola4j.run.Failures;
import io.github.cola4j.run.SpecProblems;
import io.github.cola4j.run.Standing;
import io.github.cola4j.spec.Device;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.NativeLibraryException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/** What goals have in common that do what specs say, or use what came of it. */
abstract class SpecMojo extends ColaMojo {
  /**
   * The file that says what is to be learned; without a POM the current folder's {@code cola.yaml}.
   * Several, with commas between them, are seen to one after the other. Example: {@code
   * -Dcola.spec=specs/reviews.yaml,specs/plays.yaml}.
   */
  @Parameter(property = PropertyNames.SPEC, alias = "spec", defaultValue = "${basedir}/cola.yaml")
  private List<File> specs;

  /**
   * Values that replace those of the spec, by their full keys. Example: {@code
   * <overrides><training.seed>7</training.seed></overrides>}.
   */
  @Parameter private Map<String, String> overrides;

  /**
   * The same for the command line, as pairs with commas between them; these win. Example: {@code
   * -Dcola.overrides=training.seed=7,adapter.target_modules=[query,key]}.
   */
  @Parameter(property = PropertyNames.OVERRIDES)
  private String overridesText;

  /**
   * Holds {@code cola:finetune} to the lock beside each spec, {@code cola.lock} for {@code
   * cola.yaml}, which a build without this writes: an input that differs fails before anything is
   * trained; afterwards, on the locked platform, any byte of an adapter that differs; on another
   * one, a metric that is further off than the lock tolerates. A branch of a hub is taken, by all
   * goals, at the commit that the lock has for it. Example: {@code -Dcola.locked}.
   */
  @Parameter(property = PropertyNames.LOCKED, defaultValue = "false")
  private boolean locked;

  SpecMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    super(repositories, toolchains);
  }

  /**
   * What the specs ask for, in their order, each with an output of its own. All are read, and what
   * they name by coordinates is fetched, before anything is done; all that is wrong is one failure.
   */
  final List<AskedRun> runs() throws MojoFailureException {
    Map<String, String> changes = Overrides.of(overrides, overridesText);
    List<AskedRun> runs = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (File spec : specs) {
      try {
        runs.add(run(spec.toPath(), changes));
      } catch (MojoFailureException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new MojoFailureException(String.join("\n", problems));
    }
    requireOwnOutputs(runs);
    return runs;
  }

  /** What one spec asks for. */
  final AskedRun run(Path spec, Map<String, String> changes) throws MojoFailureException {
    return new AskedRun(read(spec, changes, versions(spec)), changes);
  }

  /** Whether runs are held to their locks. */
  final boolean locked() {
    return locked;
  }

  /** In which versions to take what a spec names by coordinates, by these. */
  private Map<String, String> versions(Path spec) throws MojoFailureException {
    return locked
        ? SpecLock.read(LockFile.of(spec)).map(lock -> lock.wentIn().sources()).orElse(Map.of())
        : Map.of();
  }

  /** Where the specs' runs are. What the specs name need not be there. */
  final List<Path> outputs() throws MojoFailureException {
    Map<String, String> changes = Overrides.of(overrides, overridesText);
    List<Path> outputs = new ArrayList<>();
    for (File spec : specs) {
      outputs.add(Specs.output(spec.toPath(), changes));
    }
    return outputs;
  }

  private static void requireOwnOutputs(List<AskedRun> runs) throws MojoFailureException {
    Map<Path, AskedRun> taken = new HashMap<>();
    for (AskedRun run : runs) {
      AskedRun other = taken.put(run.folder(), run);
      if (other != null) {
        throw new MojoFailureException(
            Advice.perhaps(
                "%s and %s would both write to %s"
                    .formatted(other.spec().origin(), run.spec().origin(), run.output()),
                "give one of them another output:"));
      }
    }
  }

  /**
   * Runs a job for a run in a worker, on the device that its spec asks for.
   *
   * @param what is done, for messages
   * @see ColaMojo#work
   */
  final ObjectNode work(String what, Class<? extends Job> job, AskedRun run, ObjectNode arguments)
      throws MojoExecutionException, MojoFailureException {
    RunSpec spec = run.spec();
    try {
      return work(
          what, job, arguments, DeviceChoice.parse(spec.device().key()), run.folder().getParent());
    } catch (MojoFailureException e) {
      if (e.getCause() instanceof NativeLibraryException && spec.device() instanceof Device.Cuda) {
        throw new MojoFailureException(spec.problem("device", e.getMessage(), "").toString(), e);
      }
      throw e;
    }
  }

  /**
   * What stands at the spec's output.
   *
   * @param what is being done, for messages
   * @param code of the worker
   */
  final Standing standing(String what, RunSpec run, String code)
      throws MojoExecutionException, MojoFailureException {
    try {
      return Standing.of(run, code);
    } catch (RuntimeException e) {
      getLog().debug(e);
      throw Advice.failure(what, Failures.describe(SpecProblems.located(run, e)));
    }
  }
}
