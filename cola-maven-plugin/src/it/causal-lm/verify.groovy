String log = new File(basedir, 'build.log').text
File run = new File(basedir, 'target/cola/causal-lm')

assert new File(run, 'adapter/adapter_config.json').text.contains('"task_type": "CAUSAL_LM"')
assert new File(run, 'summary.json').text.contains('"perplexity"')
assert log.contains('Run causal-lm: ../../it-base/llama, causal-lm, 12 rows, 60 steps')
assert log =~ /(?m)^\[INFO\] name\[Blue\]\R ?A coffee shop\./
assert log =~ /(?m)^\[INFO\]  ?A\b[^.\n]*$/
assert log.contains('generation.max_new_token: unknown key; did you mean "max_new_tokens"?')
