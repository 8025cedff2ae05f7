package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.repository.Repositories;
import io.github.cola4j.repository.RepositoryLibraries;
import io.github.cola4j.repository.RepositorySources;
import io.github.cola4j.run.ClassPathDigest;
import io.github.cola4j.run.FinishedRun;
import io.github.cola4j.run.RunException;
import io.github.cola4j.source.Fetching;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Sources;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.Machine;
import io.github.cola4j.worker.NativeArtifact;
import io.github.cola4j.worker.NativeLibraryException;
import io.github.cola4j.worker.NativeMode;
import io.github.cola4j.worker.NativeRequest;
import io.github.cola4j.worker.NativeSetup;
import io.github.cola4j.worker.Natives;
import io.github.cola4j.worker.StopSignal;
import io.github.cola4j.worker.Worker;
import io.github.cola4j.worker.WorkerCommand;
import io.github.cola4j.worker.WorkerOutcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;
import org.codehaus.plexus.util.cli.CommandLineUtils;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.SessionData;
import org.eclipse.aether.repository.RemoteRepository;

/**
 * What all goals that run a job in a worker have in common: the parameters of the worker, and the
 * way from a job to a build that goes on or fails.
 */
abstract class ColaMojo extends AbstractMojo {
  /** Does nothing. Example: {@code mvn verify -Dcola.skip}. */
  @Parameter(property = PropertyNames.SKIP, defaultValue = "false")
  private boolean skip;

  /**
   * Which native PyTorch the worker gets: {@code auto}, the one that serves the device asked for;
   * {@code cpu}, always the CPU's; {@code cuda}, one for NVIDIA GPUs, from {@code
   * PYTORCH_LIBRARY_PATH}, the configured {@code cudaLibraries}, or DJL's own download; {@code
   * none}, for a plugin whose own {@code <dependencies>} bring one. Example: {@code
   * -Dcola.natives=cpu}.
   */
  @Parameter(property = PropertyNames.NATIVES, defaultValue = "auto")
  private String natives;

  /**
   * Maven coordinates of jars that hold a native PyTorch for CUDA, for teams that keep one in their
   * repository; by default DJL's own download serves GPUs. Example: {@code
   * -Dcola.cudaLibraries=com.acme:pytorch-native-cu128:2.7.1:linux-x86_64}.
   */
  @Parameter(property = PropertyNames.CUDA_LIBRARIES)
  private List<String> cudaLibraries;

  /**
   * The {@code java} that runs the worker, version 17 or later: its path, or that of its JDK. By
   * default the JDK toolchain's if the build selects one, else the one that runs Maven. Example:
   * {@code -Dcola.jvm=/usr/lib/jvm/java-21}.
   */
  @Parameter(property = PropertyNames.JVM)
  private String jvm;

  /**
   * Arguments of the worker's JVM. Weights and activations live in native memory, so a heap of 512
   * MB is the default. Example: {@code -Dcola.argLine="-Xmx1g -XX:+HeapDumpOnOutOfMemoryError"}.
   */
  @Parameter(property = PropertyNames.ARG_LINE)
  private String argLine;

  /**
   * Minutes after which the worker is asked to save and to end, and the build fails; 0 is no limit.
   * Started again, a run continues. Example: {@code -Dcola.timeout=90}.
   */
  @Parameter(property = PropertyNames.TIMEOUT, defaultValue = "0")
  private long timeout;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private MavenSession session;

  @Parameter(defaultValue = "${plugin}", readonly = true, required = true)
  private PluginDescriptor plugin;

  @Parameter(defaultValue = "${mojoExecution}", readonly = true)
  private MojoExecution execution;

  @Parameter(defaultValue = "${repositorySystemSession}", readonly = true, required = true)
  private RepositorySystemSession repositorySession;

  @Parameter(defaultValue = "${project.remotePluginRepositories}", readonly = true)
  private List<RemoteRepository> pluginRepositories;

  @Parameter(defaultValue = "${project.remoteProjectRepositories}", readonly = true)
  private List<RemoteRepository> projectRepositories;

  private final RepositorySystem repositories;
  private final ToolchainManager toolchains;

  ColaMojo(RepositorySystem repositories, ToolchainManager toolchains) {
    this.repositories = repositories;
    this.toolchains = toolchains;
  }

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("Skipped: " + PropertyNames.SKIP + " is set");
      return;
    }
    Configured.requireKnown(execution, plugin);
    perform();
  }

  /** The goal's own work, unless it is skipped. */
  abstract void perform() throws MojoExecutionException, MojoFailureException;

  /**
   * Runs a job in a worker and tells its events.
   *
   * @param what what is done, for messages, say {@code Fine-tuning}
   * @param job what the worker runs
   * @param device where the job is to run
   * @param crashes folder for the JVM's report if the worker crashes
   * @return what the job handed over
   */
  final ObjectNode work(
      String what,
      Class<? extends Job> job,
      ObjectNode arguments,
      DeviceChoice device,
      Path crashes)
      throws MojoExecutionException, MojoFailureException {
    Path java = java();
    List<String> jvmArguments = jvmArguments();
    WorkerCommand command =
        new WorkerCommand(
                java,
                classPath(),
                jvmArguments,
                Map.of("org.slf4j.simpleLogger.defaultLogLevel", "warn"),
                Map.of(),
                null,
                crashes,
                job.getName(),
                arguments,
                timeout > 0 ? Duration.ofMinutes(timeout) : null,
                WorkerCommand.DEFAULT_GRACE)
            .withNatives(nativeSetup(device));
    getLog().debug("The worker: " + command);
    String jvmInWords =
        jvmArguments.isEmpty() ? "" + java : java + " with " + String.join(" ", jvmArguments);
    WorkerOutcome outcome = inTurn(command);
    if (outcome instanceof WorkerOutcome.Failed failed) {
      getLog().debug(failed.failure().stackTrace());
    }
    Advice.check(outcome, what, jvmInWords);
    return ((WorkerOutcome.Finished) outcome).value();
  }

  /** Modules that are built at the same time take turns: two workers would halve each other. */
  private WorkerOutcome inTurn(WorkerCommand command) throws MojoExecutionException {
    ReentrantLock turn = ofThisBuild("cola.turn", () -> new ReentrantLock(true));
    if (!turn.tryLock()) {
      getLog().info("Waits for the worker of another module");
      try {
        turn.lockInterruptibly();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MojoExecutionException("Interrupted while waiting for another module", e);
      }
    }
    try {
      return run(command);
    } finally {
      turn.unlock();
    }
  }

  /**
   * What all modules of a build share. A static field would not do: a plugin with dependencies of
   * its own has classes of its own. So what is shared must be the JDK's.
   */
  @SuppressWarnings("unchecked") // whoever knows the key knows the type
  final <T> T ofThisBuild(String key, Supplier<T> first) {
    SessionData data = repositorySession.getData();
    if (data.get(key) == null) {
      data.set(key, null, first.get());
    }
    return (T) data.get(key);
  }

  private WorkerOutcome run(WorkerCommand command) throws MojoExecutionException {
    try (Progress progress = progress()) {
      return Worker.run(command, progress, progress::print, StopSignal.NEVER);
    } catch (IOException e) {
      throw new MojoExecutionException(
          Advice.perhaps(
              "The worker's JVM could not be started: " + e.getMessage(),
              "check " + PropertyNames.JVM + ", and that there is room in the temporary folder"),
          e);
    }
  }

  /** Tells events to whoever watches the build. */
  private Progress progress() {
    boolean alone = session.getRequest().getDegreeOfConcurrency() <= 1;
    boolean interactive =
        alone && session.getRequest().isInteractiveMode() && getLog().isInfoEnabled();
    return new Progress(
        getLog()::info,
        getLog()::warn,
        TerminalLine.open(interactive, System.getenv()),
        System::nanoTime,
        Path.of(session.getExecutionRootDirectory()));
  }

  /**
   * A spec as its file has it, and everything on this machine that it names by coordinates.
   *
   * @param versions in which these are taken, by the coordinate, where that is known
   */
  final RunSpec read(Path file, Map<String, String> overrides, Map<String, String> versions)
      throws MojoFailureException {
    try (Progress progress = progress()) {
      return Specs.read(file, overrides, versions, fetching(progress));
    }
  }

  /**
   * Fetches what the spec of a finished run names by coordinates.
   *
   * @param key whose coordinate is needed
   */
  final Map<String, Sources.Fetched> fetch(Path run, Predicate<String> key)
      throws MojoFailureException {
    try (Progress progress = progress()) {
      return fetching(progress)
          .fetch(FinishedRun.coordinates(run).stream().filter(c -> key.test(c.key())).toList());
    } catch (SpecException | RunException e) {
      throw new MojoFailureException(e.getMessage());
    }
  }

  private Fetching fetching(Progress progress) {
    return new Fetching(new RepositorySources(repositories(), new SessionAdvice()).all(), progress);
  }

  private Repositories repositories() {
    return new Repositories(repositories, repositorySession, remoteRepositories());
  }

  /** Of the project and of its plugins; without a POM Maven 4 gives none of the latter. */
  private List<RemoteRepository> remoteRepositories() {
    return Stream.of(projectRepositories, pluginRepositories)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /** A digest of the classes that a worker runs, by which a run of other code is noticed. */
  final String code() {
    return ClassPathDigest.of(classPath());
  }

  /** cola-core and what it needs, and whatever the user adds to the plugin's dependencies. */
  private List<Path> classPath() {
    return plugin.getArtifacts().stream()
        .map(Artifact::getFile)
        .map(File::toPath)
        .distinct()
        .toList();
  }

  /** The {@code java} that runs the worker. */
  final Path java() throws MojoFailureException {
    return JavaCommand.choose(jvm, toolchainJava());
  }

  /** The native library that a worker gets, fetched if need be. */
  final NativeSetup nativeSetup(DeviceChoice device) throws MojoFailureException {
    try {
      NativeRequest request =
          new NativeRequest(
              device,
              NativeMode.parse(natives),
              repositorySession.isOffline(),
              Optional.ofNullable(cudaLibraries).orElse(List.of()).stream()
                  .map(NativeArtifact::parse)
                  .toList());
      NativeSetup setup =
          Natives.prepare(
              request,
              Machine.current(),
              new RepositoryLibraries(repositories(), new SessionAdvice()));
      getLog().debug(setup.reason());
      return setup;
    } catch (IllegalArgumentException e) {
      throw new MojoFailureException("cola." + e.getMessage());
    } catch (NativeLibraryException e) {
      throw new MojoFailureException(e.getMessage(), e);
    }
  }

  /** Without a POM nothing can have chosen one, and Maven 4 cannot be asked. */
  private Optional<Path> toolchainJava() {
    MavenProject project = session.getCurrentProject();
    if (project == null || project.getFile() == null) {
      return Optional.empty();
    }
    Toolchain jdk = toolchains.getToolchainFromBuildContext("jdk", session);
    return Optional.ofNullable(jdk).map(chosen -> chosen.findTool("java")).map(Path::of);
  }

  private List<String> jvmArguments() throws MojoFailureException {
    if (argLine == null || argLine.isBlank()) {
      return List.of();
    }
    try {
      return List.of(CommandLineUtils.translateCommandline(argLine.strip()));
    } catch (Exception e) { // a quote that is not closed
      throw new MojoFailureException(
          Advice.perhaps(
              "%s is %s: %s".formatted(PropertyNames.ARG_LINE, argLine, e.getMessage()),
              "close the quotes"));
    }
  }
}
