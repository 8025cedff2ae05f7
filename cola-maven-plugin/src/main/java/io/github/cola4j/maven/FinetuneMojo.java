package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.run.FinetuneJob;
import io.github.cola4j.run.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.inject.Inject;
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
   * Holds each run to the lock beside its spec, {@code cola.lock} for {@code cola.yaml}, which a
   * build without this writes: an input that differs fails before anything is trained; afterwards,
   * on the locked platform, any byte of an adapter that differs; on another one, a metric that is
   * further off than the lock tolerates. Example: {@code -Dcola.locked}.
   */
  @Parameter(property = PropertyNames.LOCKED, defaultValue = "false")
  private boolean locked;

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
  void perform(List<AskedRun> runs) throws MojoExecutionException, MojoFailureException {
    for (AskedRun run : runs) {
      SpecLock lock = new SpecLock(run, locked, getLog());
      train(run, lock);
      lock.ofFinishedRun();
      attach(run, runs.size() == 1 ? classifier : classifier + "-" + run.name());
    }
  }

  private void train(AskedRun run, SpecLock lock)
      throws MojoExecutionException, MojoFailureException {
    String code = code();
    boolean anew = force;
    if (force) {
      getLog().info("Trains from scratch: " + PropertyNames.FORCE + " is set");
    } else {
      Standing standing = standing("Fine-tuning", run.spec(), code);
      if (standing instanceof Standing.UpToDate found) {
        getLog().info(upToDate(run, found));
        return;
      }
      anew = standing instanceof Standing.Outdated;
      reasons(run, standing).forEach(getLog()::info);
    }
    lock.beforeTraining(code);
    ObjectNode arguments = run.arguments().put("code", code).put("force", anew);
    work("Fine-tuning", FinetuneJob.class, run, arguments);
  }

  /** Without a POM there is nothing to attach to. */
  private void attach(AskedRun run, String classifier)
      throws MojoExecutionException, MojoFailureException {
    if (project == null
        || project.getFile() == null
        || this.classifier == null
        || this.classifier.isBlank()) {
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
    boolean taken =
        project.getAttachedArtifacts().stream()
            .anyMatch(a -> classifier.equals(a.getClassifier()) && "zip".equals(a.getType()));
    if (taken) {
      throw new MojoFailureException(
          Advice.perhaps(
              "Another run of this project is attached as " + classifier + " already",
              "give each execution a <classifier> of its own, or an empty one"));
    }
    projects.attachArtifact(project, "zip", classifier, zip.toFile());
    getLog().info("Attached: " + zip.getFileName());
  }

  /** One line, with what the run came to. */
  private static String upToDate(AskedRun run, Standing.UpToDate found) {
    String metrics =
        found.metrics().entrySet().stream()
            .map(m -> String.format(Locale.ROOT, ", %s %.4f", m.getKey(), m.getValue()))
            .collect(Collectors.joining());
    return "Up to date: %s%s; nothing has changed since (%s trains all the same)"
        .formatted(run.output(), metrics, PropertyNames.option(PropertyNames.FORCE, "true"));
  }

  /** Why something has to be done. */
  private static List<String> reasons(AskedRun run, Standing standing) {
    String output = run.output();
    if (standing instanceof Standing.Outdated outdated) {
      List<String> lines = new ArrayList<>();
      lines.add("Trains anew, since the run at " + output + " has other inputs:");
      outdated.changes().forEach(change -> lines.add("  " + change));
      return lines;
    }
    return List.of(
        standing instanceof Standing.Unfinished
            ? "Goes on with the unfinished run at " + output
            : "Trains, since there is no run at " + output + " yet");
  }
}
