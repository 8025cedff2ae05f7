assert new File(basedir, 'build.log').text.contains('Skipped: cola.skip is set')
assert !new File(basedir, 'target').exists()
