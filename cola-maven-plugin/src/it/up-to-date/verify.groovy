String log = new File(basedir, 'build.log').text

assert log.contains('Trains, since there is no run at target/cola/up-to-date yet')
assert log.count('Up to date: target/cola/up-to-date; nothing has changed since') == 2
assert log =~ /Trains anew, since the run at target\/cola\/up-to-date has other inputs:\R\[INFO\]   the content of data.train has changed\R/
assert log =~ /has other inputs:\R\[INFO\]   training.seed: was 42, is 3\R/
assert log.count('Finished 3 steps in ') == 3
