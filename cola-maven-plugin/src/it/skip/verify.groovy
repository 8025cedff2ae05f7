assert new File(basedir, 'build.log').text.contains('Skipped: cola.skip is set')
// Maven 4 itself keeps something there.
assert ((new File(basedir, 'target').list() ?: []) as List) - 'project-local-repo' == []
