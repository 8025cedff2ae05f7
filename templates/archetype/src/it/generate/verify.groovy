String log = new File(basedir, 'build.log').text
File reviews = new File(basedir, 'reviews')

// What is generated.
['pom.xml', 'cola.yaml', 'README.md', '.gitignore', '.gitlab-ci.yml', '.github/workflows/cola.yml', 'data/train.tsv', 'data/validation.tsv'].each {
  assert new File(reviews, it).length() > 0 : "no $it"
}
assert new File(reviews, 'README.md').readLines().take(2) == ['reviews', '=============']
assert new File(reviews, '.github/workflows/cola.yml').text.contains('${{ hashFiles(')
assert new File(basedir, 'hub/cola.yaml').text.contains('\nbase: hf:sentence-transformers/all-MiniLM-L6-v2\n')
[reviews, new File(basedir, 'hub')].each { folder ->
  folder.eachFileRecurse(groovy.io.FileType.FILES) { file ->
    if (file.name in ['pom.xml', 'cola.yaml', 'README.md']) {
      assert !(file.text =~ /\$\{(base|artifactId|groupId|version|colaVersion)\}/) : "$file is not filled in"
    }
  }
}

// It is green, and the second time there is nothing to do.
assert log.contains('all 2 gates kept')
assert log.contains('Attached: reviews-1.0-adapter.zip')
assert log.contains('Up to date: target/cola/reviews')
assert new File(reviews, 'target/cola-reports/reviews.html').text.contains('<svg')
assert log =~ /(?m)^\[INFO\] positive 0\.\d+ What a lovely evening\.$/
