String log = new File(basedir, 'build.log').text.replaceAll(/\u001b\[[0-9;]*m/, '')
def cases = evaluate(new File(basedir, 'cases.groovy')).cases
assert cases.size() >= 20

// What Maven lists in the end, one failure after the other.
String failures = log.substring(log.indexOf('[ERROR] Failed to execute goal'))
def told = failures.split(/\[ERROR\] Failed to execute goal \S+ \(default\) on project /).findAll().collectEntries {
  int colon = it.indexOf(': ')
  [it.substring(0, colon), it.substring(colon + 2).split(/ -> \[Help|\n\[ERROR\] -> \[Help/)[0]]
}
def wrong = []
cases.each {
  String text = told[it.name]
  if (text == null) {
    wrong << "$it.name ($it.did): nothing is told"
  } else {
    it.tells.findAll { lines -> ![lines].flatten().any { text.contains(it) } }.each { line ->
      wrong << "$it.name ($it.did):\n  lacks $line\n  tells $text"
    }
  }
}
assert wrong.empty : wrong.join('\n')
assert told.size() == cases.size()

// All are for the user to put right, and none is told as a defect.
assert log.contains('/MojoFailureException')
assert !log.contains('/MojoExecutionException')
assert !log.contains('this is a defect')
// Where that is so, there is nothing left behind.
cases.each { assert !new File(basedir, "$it.name/target/cola").exists() }
return true
