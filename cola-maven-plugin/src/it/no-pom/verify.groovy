assert new File(basedir, 'target/cola/no-pom/adapter/adapter_model.safetensors').length() > 0
assert new File(basedir, 'build.log').text.contains('Adapter: target/cola/no-pom/adapter')
String log = new File(basedir, 'build.log').text
assert log =~ /(?m)^\[INFO\] Maven \S+ on Java \S+, \S+-\S+$/
assert log =~ /(?m)^\[INFO\] Hub: https?:\/\/\S+, (no|with a) token, .*cache \S+$/
assert log =~ /(?m)^\[INFO\] Works: PyTorch \d\S+ by DJL \d\S+, on cpu/

assert log =~ /(?m)^\[INFO\] text-classification  A class for each text: /
assert log =~ /(?m)^\[INFO\] instructions         A language model learns to answer /
assert log =~ /(?m)^\[INFO\] Copied to .*no-pom.specs.instructions\.yaml$/
assert new File(basedir, 'specs/instructions.yaml').readLines()[0].startsWith('# A language model learns to answer')
assert log =~ /There is a file .*cola\.yaml already, perhaps you should name another file with -Dcola\.target=chat\.yaml/
assert new File(basedir, 'cola.yaml').readLines()[0] == 'base: ../../it-base/bert'
assert log.contains('There is no template "instuctions"; did you mean "instructions"?')
assert !new File(basedir, 'other.yaml').exists()
