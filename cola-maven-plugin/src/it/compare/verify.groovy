String log = new File(basedir, 'build.log').text
File reports = new File(basedir, 'target/cola-reports')

assert log.count('Finished 3 steps in ') == 4
['low-rank', 'linear'].each { spec ->
  ['1', '2'].each { seed ->
    assert new File(basedir, "target/cola/$spec-seed-$seed/adapter/adapter_model.safetensors").length() > 0
    assert new File(basedir, "target/cola/$spec-seed-$seed/spec.yaml").text.contains("seed: $seed")
    assert log.contains("Up to date: target/cola/$spec-seed-$seed, accuracy ")
  }
  assert log =~ "(?m)^\\[INFO\\] $spec +2 +\\d"
}
List<String> csv = new File(reports, 'comparison.csv').readLines()
assert csv[0].startsWith('run,seeds,accuracy_mean,accuracy_sd,')
assert csv.tail().collect { it.split(',')[0..1] } == [['low-rank', '2'], ['linear', '2']]
assert new File(reports, 'comparison.md').text.contains('| low-rank | 2 | ')
assert new File(reports, 'comparison-1.svg').text.contains('<svg')
assert log =~ /low-rank.yaml and shorter.yaml cannot be compared, since they differ in what is learned or measured, perhaps you should give both the same task, data and evaluation:/
assert log.contains('data.max_length: 64, and 32')
