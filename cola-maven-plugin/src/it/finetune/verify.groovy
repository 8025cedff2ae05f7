String log = new File(basedir, 'build.log').text
File run = new File(basedir, 'target/cola/finetune')

['adapter/adapter_config.json', 'adapter/adapter_model.safetensors', 'metrics.jsonl', 'summary.json', 'spec.yaml'].each {
  assert new File(run, it).length() > 0 : "no $it in $run"
}
assert new File(run, 'spec.yaml').text.contains('seed: 7')
assert log.contains('Run finetune: ../../it-base/bert, sequence-classification, 12 rows, 6 steps')
assert log.contains('Finished 6 steps in ')
assert log.contains('Adapter: target/cola/finetune/adapter')
assert log =~ /(?m)^\[INFO\] (good|bad) 0\.\d+ a gem of a film$/
assert log.contains('target/cola/finetune is finished already')
assert log.contains('force it (-Dcola.force) to train from scratch')
assert log.count('Finished 6 steps in ') == 2
