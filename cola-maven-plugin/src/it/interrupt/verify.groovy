Class running = new GroovyClassLoader(getClass().classLoader).parseClass(new File(basedir, '../../it-base/RunningBuild.groovy'))
def build = running.newInstance(basedir, localRepositoryPath)
try {
  ProcessHandle worker = build.workerInTraining()
  // What a build server sends. Ctrl-C takes the same way through a JVM, unless an outer shell has it ignored.
  build.signal('TERM')
  assert build.exitCode() == 143
  assert !worker.alive : "the worker $worker outlived Maven"
} finally {
  build.end()
}
assert !new File(basedir, 'target/cola/interrupt/summary.json').exists()
