package io.github.cola4j.maven;

import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.lock.Lock;
import io.github.cola4j.lock.LockException;
import io.github.cola4j.lock.LockFile;
import io.github.cola4j.lock.Renewal;
import io.github.cola4j.lock.Verdict;
import io.github.cola4j.run.Failures;
import io.github.cola4j.run.RunLock;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;

/** The lock beside a run's spec, as a build keeps it, or is held to it. */
final class SpecLock {
  private static final String REFRESH =
      "run cola:finetune without " + PropertyNames.LOCKED + " and commit the new ";

  private final AskedRun run;
  private final boolean locked;
  private final Log log;
  private final Path file;
  private final String name;

  /**
   * @param locked whether a run that is not the locked one is a failure
   */
  SpecLock(AskedRun run, boolean locked, Log log) {
    this.run = run;
    this.locked = locked;
    this.log = log;
    this.file = LockFile.of(run.spec().origin().file());
    this.name = file.getFileName().toString();
  }

  /** Before a training that may take hours: can the lock be read, and are its inputs there? */
  void beforeTraining(String code) throws MojoExecutionException, MojoFailureException {
    Optional<Lock> lock = read();
    if (locked) {
      try {
        requireInputs(RunLock.asked(run.spec(), code).differences(require(lock).wentIn()));
      } catch (RuntimeException e) {
        log.debug(e);
        throw Advice.failure("Fine-tuning", Failures.describe(e));
      }
    }
  }

  /** Of the run that stands at the spec's output, new or up to date. */
  void ofFinishedRun() throws MojoExecutionException, MojoFailureException {
    Optional<Lock> standing = read();
    Lock ran;
    try {
      ran = RunLock.of(run.spec());
    } catch (RuntimeException e) {
      log.debug(e);
      throw Advice.failure("Reading the run", Failures.describe(e));
    }
    if (locked) {
      Lock lock = require(standing);
      requireInputs(ran.wentIn().differences(lock.wentIn()));
      require(lock.judge(ran));
    } else if (run.overrides().isEmpty()) {
      renew(ran.renew(standing));
    } else if (standing.isPresent()) {
      log.info(name + " is left as it is, since the run has overrides");
    }
  }

  private Optional<Lock> read() throws MojoFailureException {
    return read(file);
  }

  /** A lock, if there is one. */
  static Optional<Lock> read(Path file) throws MojoFailureException {
    try {
      return LockFile.read(file);
    } catch (LockException e) {
      throw new MojoFailureException(e.getMessage());
    }
  }

  private Lock require(Optional<Lock> lock) throws MojoFailureException {
    if (lock.isEmpty()) {
      throw new MojoFailureException(
          Advice.perhaps(
              "There is no %s beside %s".formatted(name, run.spec().origin().file().getFileName()),
              REFRESH + name));
    }
    return lock.get();
  }

  private void requireInputs(List<String> differences) throws MojoFailureException {
    if (!differences.isEmpty()) {
      throw failure(
          "What goes into %s is not what %s says".formatted(run.output(), name),
          "restore it, or " + REFRESH + name,
          differences);
    }
  }

  private void require(Verdict verdict) throws MojoFailureException {
    if (verdict instanceof Verdict.OtherBytes other) {
      throw failure(
          "%s has other bytes than %s says, though the same went in on the same platform"
              .formatted(run.output(), name),
          "look into what it left there, or " + REFRESH + name,
          other.files());
    }
    if (verdict instanceof Verdict.Disagrees other) {
      log.info(elsewhere(other.platform()));
      throw failure(
          "%s is further from %s than it tolerates on another platform"
              .formatted(run.output(), name),
          "look into what it left there, widen the tolerance in %s, or %s"
              .formatted(name, REFRESH + name),
          other.metrics());
    }
    if (verdict instanceof Verdict.Agrees agrees) {
      log.info(elsewhere(agrees.platform()));
      if (agrees.metrics() == 0) {
        log.warn(
            "There are no metrics to compare either; data.validation in the spec would give some");
      } else {
        log.info("Metrics agree with " + name + ", within its tolerance");
      }
    } else {
      log.info("The same bytes as in " + name);
    }
  }

  private void renew(Renewal renewal) {
    if (renewal instanceof Renewal.First first) {
      if (write(first.lock())) {
        log.info(
            "Wrote %s; commit it, and %s holds a build to it"
                .formatted(name, PropertyNames.option(PropertyNames.LOCKED, "true")));
      }
    } else if (renewal instanceof Renewal.OtherInputs other) {
      if (write(other.lock())) {
        log.info("Rewrote %s, since something else went in:".formatted(name));
        other.inputs().forEach(line -> log.info("  " + line));
      }
    } else if (renewal instanceof Renewal.OtherBytes other) {
      if (write(other.lock())) {
        log.warn(
            "Rewrote %s: the same inputs on the same platform gave other bytes:".formatted(name));
        other.files().forEach(line -> log.warn("  " + line));
      }
    } else if (renewal instanceof Renewal.Stays stays) {
      tell(stays.verdict());
    }
  }

  private void tell(Verdict verdict) {
    if (verdict instanceof Verdict.Agrees agrees) {
      log.debug(elsewhere(agrees.platform()));
    } else if (verdict instanceof Verdict.Disagrees disagrees) {
      log.info(elsewhere(disagrees.platform()));
      log.warn("Metrics are further from " + name + " than it tolerates:");
      disagrees.metrics().forEach(line -> log.warn("  " + line));
    }
  }

  /** In a checkout that cannot be written there is nothing to commit either. */
  private boolean write(Lock lock) {
    try {
      LockFile.write(file, lock);
      return true;
    } catch (StorageException | UncheckedIOException e) {
      log.warn("%s cannot be written: %s".formatted(name, e.getMessage()));
      return false;
    }
  }

  private String elsewhere(List<String> platform) {
    return "%s was made on another platform (%s)".formatted(name, String.join("; ", platform));
  }

  private static MojoFailureException failure(String what, String fix, List<String> lines) {
    return new MojoFailureException(
        Advice.perhaps(what, fix) + ":\n  " + String.join("\n  ", lines));
  }
}
