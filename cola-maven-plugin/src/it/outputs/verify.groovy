import groovy.json.JsonSlurper
import java.util.zip.ZipFile

String log = new File(basedir, 'build.log').text
File run = new File(basedir, 'target/cola/outputs')
List rows = new File(basedir, '../../it-base/reviews.tsv').readLines().drop(1)*.split('\t')

List answers = new File(basedir, 'target/answers.jsonl').readLines().collect { new JsonSlurper().parseText(it) }
assert answers.size() == rows.size()
rows.eachWithIndex { row, i ->
  assert answers[i].input == [text: row[0], label: row[1]]
  assert answers[i].line == i + 2
  assert answers[i].probabilities.keySet() == ['bad', 'good'] as Set
  assert answers[i].probability == answers[i].probabilities[answers[i].label]
}
assert log =~ /12 of 12 rows \(100 %\)/
assert log =~ /(?m)^\[INFO\] 12 answers in .*answers\.jsonl$/

assert new JsonSlurper().parse(new File(run, 'merged/config.json')).with { (it.dtype ?: it.torch_dtype) == 'bfloat16' && it.id2label == ['0': 'bad', '1': 'good'] }
assert log =~ /(?m)^\[INFO\] Merged: .*merged, \d+ tensors, bfloat16; its logits are within \d\.\de-\d\d of those with the adapter beside the base/
new ZipFile(new File(basedir, 'target/adapter.zip')).withCloseable { zip ->
  assert zip.entries()*.name == ['README.md', 'adapter_config.json', 'adapter_model.safetensors']
  def config = new JsonSlurper().parse(zip.getInputStream(zip.getEntry('adapter_config.json')))
  assert config.base_model_name_or_path == 'acme/tiny-bert'
}
assert log =~ /src holds something else than exported adapters/
assert new File(basedir, 'src').list() as List == ['notes.txt']
assert log.contains('Up to date: target/cola/outputs')

// What stands in a pipe.
List command = [
  "${System.getProperty('maven.home')}/bin/mvn", '-B', '-s', new File(basedir, '../interpolated-settings.xml').path,
  "-Dmaven.repo.local=$localRepositoryPath", '-Daether.offline.protocols=file',
  'io.github.cola4j:cola-maven-plugin:predict', '-Dcola.input=-', '-Dcola.output=target/piped.jsonl'
]*.toString()
Process maven = new ProcessBuilder(command).directory(basedir).redirectErrorStream(true).start()
maven.outputStream.withWriter('UTF-8') { out -> rows.each { out << it[0] << '\n' } }
String told = maven.inputStream.text
assert maven.waitFor() == 0 : told
List piped = new File(basedir, 'target/piped.jsonl').readLines().collect { new JsonSlurper().parseText(it) }
assert piped*.input*.text == rows.collect { it[0] }
assert piped*.probabilities == answers*.probabilities
