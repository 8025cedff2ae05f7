String log = new File(basedir, 'build.log').text
File run = new File(basedir, 'target/cola/finetune')

['adapter/adapter_config.json', 'adapter/adapter_model.safetensors', 'metrics.jsonl', 'summary.json', 'spec.yaml'].each {
  assert new File(run, it).length() > 0 : "no $it in $run"
}
assert new File(run, 'spec.yaml').text.contains('seed: 7')
assert log.contains('Run finetune: ../../it-base/bert, sequence-classification, 12 rows, 6 steps')
assert log =~ /(?m)^\[INFO\] Sites: \d+, with [\d,]+ trainable parameters, beside the base's [\d,]+ \(\d+\.\d\d %\)$/
assert log =~ /(?m)^\[INFO\] Memory: [\d,]+ MB at the peak of one pass over 4 rows/
assert log.contains('Finished 6 steps in ')
assert log.contains('Adapter: target/cola/finetune/adapter')
assert log =~ /(?m)^\[INFO\] (good|bad) 0\.\d+ a gem of a film$/
assert log.contains('Trains, since there is no run at target/cola/finetune yet')
assert log =~ /(?m)^\[INFO\] Up to date: target\/cola\/finetune, accuracy \d\.\d{4}, .*nothing has changed since \(-Dcola.force=true trains all the same\)$/
assert log.contains('Trains from scratch: cola.force is set')
assert log.count('Finished 6 steps in ') == 2
