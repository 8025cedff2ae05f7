package io.github.cola4j.maven;

import io.github.cola4j.checkpoint.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.MavenProjectHelper;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;

/**
 * Fine-tunes a frozen model as {@code cola.yaml} says: fits adapters to hidden gradients in a JVM
 * of its own, and leaves the adapter, its metrics and a summary in the run's folder. A run that was
 * interrupted continues from its last checkpoint. Where neither spec, base, data nor code has
 * changed since the run at the spec's output was finished, there is nothing to do; else it is made
 * anew. Works without a POM too.
 */
@Mojo(
    name = "finetune",
    defaultPhase = LifecyclePhase.PACKAGE,
    requiresProject = false,
    threadSafe = true)
public final class FinetuneMojo extends SpecMojo {
  /**
   * Throws away the finished or unfinished run that stands at the spec's output, and trains from
   * scratch, whether or not anything has changed. Example: {@code -Dcola.force}.
   */
  @Parameter(property = PropertyNames.FORCE, defaultValue = "false")
  private boolean force;

  /**
   * Attaches the adapter to the project, as a zip with this classifier, so that {@code install} and
   * {@code deploy} publish it; empty attaches nothing. Runs of one project need different ones;
   * where there are several specs, the name of the run's folder comes behind it. Example: {@code
   * -Dcola.classifier=reviews}.
   */
  @Parameter(property = PropertyNames.CLASSIFIER, defaultValue = "adapter")
  private String classifier;

  @Parameter(defaultValue = "${project}", readonly = true)
  private MavenProject project;

  @Parameter(defaultValue = "${project.build.outputTimestamp}", readonly = true)
  private String outputTimestamp;

  private final MavenProjectHelper projects;

  @Inject
  FinetuneMojo(
      RepositorySystem repositories, ToolchainManager toolchains, MavenProjectHelper projects) {
    super(repositories, toolchains);
    this.projects = projects;
  }

  @Override
  void perform() throws MojoExecutionException, MojoFailureException {
    List<AskedRun> runs = runs();
    for (AskedRun run : runs) { // before hours of training
      requireOwnOutput(run);
    }
    requireOwnClassifiers(runs);
    String code = code();
    for (AskedRun run : runs) {
      SpecLock lock = new SpecLock(run, locked(), getLog());
      Optional<Training> training = Training.due(this, run, code, force);
      if (training.isPresent()) {
        lock.beforeTraining(code);
        training.get().start();
      }
      lock.ofFinishedRun();
      attach(run, classifier(run, runs));
    }
  }

  private String classifier(AskedRun run, List<AskedRun> runs) {
    return runs.size() == 1 ? classifier : classifier + "-" + run.name();
  }

  /** Two executions with one output would throw each other's runs away. */
  private void requireOwnOutput(AskedRun run) throws MojoFailureException {
    Map<Path, String> outputs = ofThisBuild("cola.outputs", ConcurrentHashMap::new);
    String asked = run.spec().origin() + (run.overrides().isEmpty() ? "" : " " + run.overrides());
    String other = outputs.putIfAbsent(run.folder(), asked);
    if (other != null && !other.equals(asked)) {
      throw new MojoFailureException(
          Advice.perhaps(
              "%s and %s would both write to %s".formatted(other, asked, run.output()),
              "give one of them another output:"));
    }
  }

  private boolean attaches() {
    return project != null
        && project.getFile() != null
        && classifier != null
        && !classifier.isBlank();
  }

  private void requireOwnClassifiers(List<AskedRun> runs) throws MojoFailureException {
    if (!attaches()) {
      return;
    }
    Set<String> taken =
        project.getAttachedArtifacts().stream()
            .filter(attached -> "zip".equals(attached.getType()))
            .map(Artifact::getClassifier)
            .collect(Collectors.toCollection(HashSet::new));
    for (AskedRun run : runs) {
      String own = classifier(run, runs);
      if (!taken.add(own)) {
        throw new MojoFailureException(
            Advice.perhaps(
                "Another run of this project is attached as " + own + " already",
                "give each execution a <classifier> of its own, or an empty one, and the outputs of"
                    + " one execution different last names"));
      }
    }
  }

  /** Without a POM there is nothing to attach to. */
  private void attach(AskedRun run, String classifier)
      throws MojoExecutionException, MojoFailureException {
    if (!attaches()) {
      return;
    }
    LocalDateTime time = OutputTimestamp.of(outputTimestamp);
    Path zip =
        Path.of(project.getBuild().getDirectory())
            .resolve(project.getBuild().getFinalName() + "-" + classifier + ".zip");
    try {
      AdapterZip.write(run.folder(), time, zip);
    } catch (IOException | UncheckedIOException | StorageException e) {
      throw new MojoExecutionException(
          "The adapter could not be packed into " + zip + ": " + e.getMessage(), e);
    }
    projects.attachArtifact(project, "zip", classifier, zip.toFile());
    getLog().info("Attached: " + zip.getFileName());
  }
}
