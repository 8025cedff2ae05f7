import java.util.concurrent.TimeUnit

/** A Maven build in the background, for scripts that disturb it, or change files between two. */
class RunningBuild {
  private final File basedir
  private final File log
  private final Process maven

  /** @param settings the folder of a case, under which its own are */
  RunningBuild(File basedir, File localRepository, List<String> arguments = ['package'], File settings = basedir) {
    this.basedir = basedir
    log = new File(basedir, 'disturbed.log')
    List<String> command = [
      "${System.getProperty('invoker.mavenHome') ?: System.getProperty('maven.home')}/bin/mvn", '-B',
      '-s', new File(settings, '../interpolated-settings.xml').path,
      "-Dmaven.repo.local=$localRepository", '-Daether.offline.protocols=file'
    ]*.toString() + arguments
    ProcessBuilder builder = new ProcessBuilder(command)
    if (System.getProperty('invoker.javaHome')) {
      builder.environment().JAVA_HOME = System.getProperty('invoker.javaHome')
    }
    maven = builder.directory(basedir).redirectErrorStream(true).redirectOutput(log).start()
  }

  /** Waits until the run has saved once, and gives its worker. */
  ProcessHandle workerInTraining() {
    File checkpoints = new File(basedir, "target/cola/${basedir.name}/checkpoint")
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(5)
    while (!checkpoints.list()) {
      assert maven.alive : log.text
      assert System.nanoTime() < patience : 'no checkpoint was ever written:\n' + log.text
      sleep(100)
    }
    List<ProcessHandle> workers = maven.descendants().toList()
    assert workers.size() == 1
    return workers[0]
  }

  void signal(String name, long pid = maven.pid()) {
    assert ['kill', "-$name", "$pid"]*.toString().execute().waitFor() == 0
  }

  int exitCode() {
    assert maven.waitFor(2, TimeUnit.MINUTES) : log.text
    return maven.exitValue()
  }

  String output() {
    return log.text
  }

  /** Leaves no process behind, whatever the script found. */
  void end() {
    maven.descendants().toList()*.destroyForcibly()
    maven.destroyForcibly()
  }
}
