String log = new File(basedir, 'build.log').text
File target = new File(basedir, 'target')

['narrow', 'wide'].each {
  assert log.contains("Adapter: target/cola/$it/adapter")
  assert new File(target, "two-specs-1-adapter-${it}.zip").length() > 0
  assert log =~ "Up to date: ../target/cola/$it, accuracy "
  assert new File(target, "cola/$it/evaluation.json").exists()
  assert new File(target, "cola-reports/${it}.html").exists()
  // Neither hides that the other is not good enough.
  assert log =~ "(?m)target/cola/$it is not good enough: 1 of 1 gates? missed"
}
assert log.count('Finished 3 steps in ') == 2
assert log =~ /narrow.yaml and .*wide.yaml would both write to \.\.\/target\/cola\/same, perhaps you should give one of them another output:/
assert log =~ /There are several specs, and this goal uses one run, perhaps you should name one of them with -Dcola.spec=/
assert log.contains('Another run of this project is attached as adapter-narrow already, perhaps you should ')
assert !new File(target, 'other').exists()
