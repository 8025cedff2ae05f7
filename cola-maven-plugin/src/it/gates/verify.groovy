String log = new File(basedir, 'build.log').text

assert log.contains('all 2 gates kept')
assert log =~ /(?m)^\[ERROR\] Failed to execute goal .*:verify .*target\/cola\/gates is not good enough: 1 of 2 gates missed/
assert log =~ /accuracy.*>= 1\.01/
assert log =~ /(?m)^\[WARNING\] 1 of 2 gates missed/
// Other gates make no other run.
assert log.count('Finished 3 steps in ') == 1
assert log.count('Up to date: target/cola/gates, accuracy ') == 2
assert log =~ /The run at target\/cola\/gates is not what the spec asks for now \(training.seed: was 42, is 9\), perhaps you should run cola:finetune first/

File reports = new File(basedir, 'target/cola-reports')
assert new File(reports, 'gates.html').text.contains('<svg')
assert new File(reports, 'gates.md').text.contains('adapter_size')
def suite = new groovy.xml.XmlSlurper().parse(new File(reports, 'TEST-cola.gates.xml'))
assert suite.depthFirst().findAll { it.name() == 'testcase' }.size() == 2
assert suite.depthFirst().findAll { it.name() == 'failure' }.size() == 1
