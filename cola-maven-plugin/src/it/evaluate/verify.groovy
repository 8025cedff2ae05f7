String log = new File(basedir, 'build.log').text
File run = new File(basedir, 'target/cola/evaluate')

// In a build it stands between training and the gates.
assert log.indexOf('Finished 3 steps') < log.indexOf('Evaluation of adapter on validation, 12 rows; device cpu, threads 1')
assert log.contains('all 2 gates kept')
assert log =~ /(?m)^\[INFO\]   latency +p50 \d+\.\d\d ms, p95 \d+\.\d\d ms, of 200 single rows$/
assert log =~ /(?m)^\[INFO\]   throughput +[\d,]+ rows\/s, [\d,]+ tokens\/s$/

assert log.contains('Evaluation of base on train, 12 rows')
assert log.contains('Written: evaluation-base-train.json')
assert log.contains('Evaluation of adapter on reviews.tsv, 12 rows')
assert log.contains('Written: evaluation-adapter-reviews.tsv.json')
assert run.list().every { !it.startsWith('evaluation') }
assert log =~ /latency_p95 +wanted <= 60 s +not measured: no evaluation of this adapter timed predictions; run cola:evaluate first/
