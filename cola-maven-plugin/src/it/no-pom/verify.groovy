assert new File(basedir, 'target/cola/no-pom/adapter/adapter_model.safetensors').length() > 0
assert new File(basedir, 'build.log').text.contains('Adapter: target/cola/no-pom/adapter')
String log = new File(basedir, 'build.log').text
assert log =~ /(?m)^\[INFO\] Maven \S+ on Java \S+, \S+-\S+$/
assert log =~ /(?m)^\[INFO\] Works: PyTorch \d\S+ by DJL \d\S+, on cpu/
