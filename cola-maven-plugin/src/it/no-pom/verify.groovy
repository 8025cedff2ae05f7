assert new File(basedir, 'target/cola/no-pom/adapter/adapter_model.safetensors').length() > 0
assert new File(basedir, 'build.log').text.contains('Adapter: target/cola/no-pom/adapter')
