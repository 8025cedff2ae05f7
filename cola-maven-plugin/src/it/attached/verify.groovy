File zip = new File(basedir, 'adapter/target/attached-adapter-1-adapter.zip')
File installed = new File(localRepositoryPath, 'it/attached-adapter/1/attached-adapter-1-adapter.zip')
File unpacked = new File(basedir, 'user/target/adapter')
File run = new File(basedir, 'adapter/target/cola/reviews/adapter')

assert new File(basedir, 'build.log').text.count('Attached: attached-adapter-1-adapter.zip') == 2
assert zip.bytes == installed.bytes
run.eachFile { assert new File(unpacked, it.name).bytes == it.bytes : it.name }
assert unpacked.list().sort() == run.list().sort()
new java.util.zip.ZipFile(zip).withCloseable { file ->
  assert file.entries().collect { it.name } == run.list().sort()
  assert file.entries().every { it.timeLocal == java.time.LocalDateTime.of(2026, 1, 1, 0, 0) }
}

// The other module goes on from it.
assert new File(basedir, 'build.log').text.count('Run further: ') == 2
byte[] before = new File(run, 'adapter_model.safetensors').bytes
byte[] after = new File(basedir, 'user/target/cola/further/adapter/adapter_model.safetensors').bytes
assert before.length == after.length
int same = (0..<before.length).count { before[it] == after[it] }
assert same > 0.99 * before.length : "$same of ${before.length} bytes" // the head is stored as base + what was learned
