String log = new File(basedir, 'build.log').text
assert log.contains('3 problems')
assert log.contains('cola.yaml:1: base: "../../it-base/bret" does not exist; did you mean "../../it-base/bert"?')
assert log.contains('cola.yaml:4: adapter.rank: unknown key; did you mean "r"?')
assert log.contains('cola.yaml:5: training.epochs: found "many"')
assert !log.contains('\tat ') : 'no stack trace is wanted'
// Maven 4 itself keeps something there.
assert ((new File(basedir, 'target').list() ?: []) as List) - 'project-local-repo' == []
