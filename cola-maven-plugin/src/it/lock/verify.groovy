import groovy.json.JsonSlurper
import java.security.MessageDigest

Class running = new GroovyClassLoader(getClass().classLoader).parseClass(new File(basedir, '../../it-base/RunningBuild.groovy'))
def build = { File folder, String... arguments ->
  def maven = running.newInstance(folder, localRepositoryPath, arguments as List, basedir)
  try {
    return [code: maven.exitCode(), log: maven.output()]
  } finally {
    maven.end()
  }
}
def sha256 = { File file -> MessageDigest.getInstance('SHA-256').digest(file.bytes).encodeHex().toString() }

File lockFile = new File(basedir, 'cola.lock')
String lock = lockFile.text
File adapter = new File(basedir, 'target/cola/lock/adapter/adapter_model.safetensors')
String digest = new JsonSlurper().parseText(lock).came_out.files['adapter/adapter_model.safetensors']
String log = new File(basedir, 'build.log').text

// The first build wrote the lock; the second one computed otherwise, which only the metrics of its lock tell.
assert log.contains('Wrote cola.lock; commit it, and -Dcola.locked=true holds a build to it')
assert log =~ /cola.lock was made on another platform \(settings: was absent, is ATEN_CPU_CAPABILITY=default\)/
assert log.contains('Metrics agree with cola.lock, within its tolerance')
assert sha256(adapter) != digest
assert !lock.contains(basedir.path)

// A byte that is not the locked one fails the build when it is trained, and what it made stays.
String other = digest.replaceFirst('.$', digest.endsWith('0') ? '1' : '0')
lockFile.text = lock.replace(digest, other).replace('\n', '\r\n')
def tampered = build(basedir, 'install', '-Dcola.locked', '-Dcola.force')
assert tampered.code == 1
assert tampered.log =~ "target/cola/lock has other bytes than cola.lock says, though the same went in on the same platform, perhaps you should .*:\\R\\[ERROR\\] +adapter/adapter_model.safetensors: was $other, is $digest\\R"
assert tampered.log.contains('Finished 3 steps in ')
assert sha256(adapter) == digest

// Without a change a build that is up to date is held to its lock too, whatever ends its lines.
lockFile.text = lock.replace('\n', '\r\n')
def same = build(basedir, 'install', '-Dcola.locked')
assert same.code == 0
byte[] zip = new File(basedir, 'target/lock-1-adapter.zip').bytes
assert same.log.contains('Up to date: ') && same.log.contains('The same bytes as in cola.lock')

// Other data is not even trained on.
new File(basedir, 'train.tsv') << 'a plot that is no plot\tbad\n'
def changed = build(basedir, 'install', '-Dcola.locked')
assert changed.code == 1
assert changed.log =~ /What goes into target\/cola\/lock is not what cola.lock says, perhaps you should restore it, or run cola:finetune without cola.locked and commit the new cola.lock:\R\[ERROR\] +the content of data.train: was \p{XDigit}{64}, is \p{XDigit}{64}\R\[ERROR\] +the content of data.validation: was /
assert !changed.log.contains('Run lock: ')

def renewed = build(basedir, 'install')
assert renewed.code == 0
assert renewed.log =~ /Rewrote cola.lock, since something else went in:\R\[INFO\]   the content of data.train: was /

// Another checkout, under another name and deeper.
File elsewhere = new File(basedir, 'elsewhere/and/deeper')
new File(elsewhere, 'base').mkdirs()
['pom.xml', 'cola.yaml'].each { new File(elsewhere, it).bytes = new File(basedir, it).bytes }
new File(basedir, 'base').eachFile { new File(elsewhere, "base/$it.name").bytes = it.bytes }
new File(elsewhere, 'train.tsv').bytes = new File(basedir, '../../it-base/reviews.tsv').bytes
assert build(elsewhere, 'install').code == 0
assert new File(elsewhere, 'cola.lock').text == lock
assert sha256(new File(elsewhere, 'target/cola/deeper/adapter/adapter_model.safetensors')) == digest
assert new File(elsewhere, 'target/lock-1-adapter.zip').bytes == zip
