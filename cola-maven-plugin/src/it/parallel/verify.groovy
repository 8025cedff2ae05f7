List<String> told = new File(basedir, 'build.log').readLines().findAll { it =~ /Run (one|two): |Finished 3 steps in / }

assert told.size() == 4
assert told[0] =~ /Run (one|two): / && told[1].contains('Finished') : told
assert told[2] =~ /Run (one|two): / && told[3].contains('Finished') : told
assert new File(basedir, 'build.log').text.contains('Waits for the worker of another module')
