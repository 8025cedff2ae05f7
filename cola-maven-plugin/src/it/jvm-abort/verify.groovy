String log = new File(basedir, 'build.log').text
assert log.contains('Fine-tuning failed: the worker process ')
assert log.contains("the JVM's report: ")
assert log.contains('Aborting due to java.lang.OutOfMemoryError')
assert log.contains('-XX:+CrashOnOutOfMemoryError -Xms4m -Xmx6m; cola.jvm and cola.argLine change that')
assert log.contains('BUILD FAILURE')
assert new File(basedir, 'target/cola').list().any { it.startsWith('hs_err') }
assert !new File(basedir, 'target/cola/jvm-abort/adapter').exists()
