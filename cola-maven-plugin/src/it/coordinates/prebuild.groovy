import java.util.zip.ZipEntry
import java.util.zip.ZipOutputStream

// A Maven repository with base and data, as a deployment leaves it.
File shared = new File(basedir, '../../it-base')
def put = { String group, String artifact, String type ->
  File folder = new File(localRepositoryPath, "${group.replace('.', '/')}/$artifact/1.0")
  folder.mkdirs()
  new File(folder, "$artifact-1.0.pom").text = """<project><modelVersion>4.0.0</modelVersion>
    <groupId>$group</groupId><artifactId>$artifact</artifactId><version>1.0</version><packaging>$type</packaging></project>"""
  new File(folder, "$artifact-1.0.$type")
}
def zip = { File to, Map<String, File> files ->
  to.withOutputStream { out ->
    ZipOutputStream all = new ZipOutputStream(out)
    files.each { name, file ->
      all.putNextEntry(new ZipEntry(name))
      all << file.bytes
    }
    all.close()
  }
}
File bert = new File(shared, 'bert')
zip(put('it.models', 'tiny-bert', 'zip'), bert.listFiles().findAll { it.file }.collectEntries { ["tiny-bert/${it.name}".toString(), it] })
put('it.data', 'reviews', 'tsv').bytes = new File(shared, 'reviews.tsv').bytes
zip(put('it.data', 'reviews-zip', 'zip'), ['data/reviews.tsv': new File(shared, 'reviews.tsv'), 'README': new File(shared, 'reviews.tsv')])

// A cache as huggingface_hub leaves it.
def cached = { String repository, String revision, List<File> files ->
  File folder = new File(basedir, "hub/$repository")
  File snapshot = new File(folder, 'snapshots/' + 'c' * 40)
  snapshot.mkdirs()
  new File(folder, 'refs').mkdirs()
  new File(folder, "refs/$revision").text = 'c' * 40
  files.each { new File(snapshot, it.name).bytes = it.bytes }
}
cached('models--acme--tiny-bert', 'v1', bert.listFiles().findAll { it.file })
cached('datasets--acme--reviews', 'main', [new File(shared, 'reviews.tsv')])
return true
