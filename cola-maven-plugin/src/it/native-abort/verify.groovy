Class running = new GroovyClassLoader(getClass().classLoader).parseClass(new File(basedir, '../../it-base/RunningBuild.groovy'))
def build = running.newInstance(basedir, localRepositoryPath)
try {
  // The signal that abort() in native code sends.
  build.signal('ABRT', build.workerInTraining().pid())
  assert build.exitCode() == 1
} finally {
  build.end()
}
String log = build.output()
assert log.contains('Fine-tuning failed: the worker process was aborted by its native library')
assert log.contains('(exit code 134)')
assert log.contains('BUILD FAILURE')
assert !log.contains('\tat ') : 'no stack trace is wanted'
