String log = new File(basedir, 'build.log').text
File target = new File(basedir, 'target')

assert log.contains('Run coordinates: mvn:it.models:tiny-bert:1.0, sequence-classification, 12 rows, 3 steps')
assert log =~ /(?m)^\[INFO\] Here for cola.yaml: mvn:it.models:tiny-bert:1.0, mvn:it.data:reviews:1.0@tsv, mvn:it.data:reviews-zip:1.0!data\/reviews.tsv$/
assert log =~ /(?m)^\[INFO\] Here for cpu: CPU library ai.djl.pytorch:pytorch-native-cpu:/
assert log.contains('Run hub: hf:acme/tiny-bert@v1, sequence-classification, 12 rows, 3 steps')
assert (log =~ /(?m)^\[INFO\] (good|bad) 0\.\d+ good$/).count == 2
// The same files by other names: the same adapter.
assert new File(target, 'cola/coordinates/adapter/adapter_model.safetensors').bytes ==
    new File(target, 'cola/hub/adapter/adapter_model.safetensors').bytes
def json = { File file -> new groovy.json.JsonSlurper().parse(file) }
assert json(new File(target, 'cola/hub/adapter/adapter_config.json')).base_model_name_or_path == 'acme/tiny-bert'
assert json(new File(target, 'cola/hub/inputs.json')).versions['hf:acme/tiny-bert@v1'] == 'c' * 40
assert !new File(target, 'cola/coordinates/spec.yaml').text.contains(basedir.absolutePath)

assert log =~ /wrong.yaml cannot be run as it stands. 2 problems:/
assert log =~ /wrong.yaml:1: base: it.models:tiny-bird:zip:1.0 is not in the local repository, and Maven is offline; run the same command once without -o/
assert log =~ /wrong.yaml:4: data.validation.file: it.data:reviews-zip:zip:1.0 has no "data\/review.tsv"; did you mean "data\/reviews.tsv"\?/
