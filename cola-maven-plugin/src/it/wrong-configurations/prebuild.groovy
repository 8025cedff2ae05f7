def all = evaluate(new File(basedir, 'cases.groovy'))
String template = new File(basedir, 'module.xml').text
all.cases.each { wrong ->
  File module = new File(basedir, wrong.name)
  module.mkdirs()
  new File(module, 'pom.xml').text = template.replace('NAME', wrong.name).replace('CONFIGURATION', wrong.pom ?: '')
  String text = all.good
  wrong.write.each { from, to ->
    assert text.contains(from) : "$wrong.name: the spec has no $from"
    text = text.replace(from, to)
  }
  if (wrong.base) {
    text = text.replace('../../../it-base/bert', 'base')
    File base = new File(module, 'base')
    base.mkdirs()
    new File(basedir, '../../it-base/bert').eachFile { new File(base, it.name).bytes = it.bytes }
    wrong.base(base)
  }
  wrong.files.each { name, content -> new File(module, name).text = content }
  String spec = wrong.containsKey('spec') ? wrong.spec : 'cola.yaml'
  if (spec != null) {
    new File(module, spec).text = text
  }
}
File pom = new File(basedir, 'pom.xml')
pom.text = pom.text.replace('<modules/>', '<modules>' + all.cases.collect { "<module>$it.name</module>" }.join() + '</modules>')
return true
