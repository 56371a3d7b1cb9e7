// The same pictures get the same answers in a plain program, from a shaded jar without service files,
// in a child class loader, and beside a broken service file.
def photos = ['classify/test/resources/images', 'bench/test/resources/fuzz/image'].collect { new File(basedir, "../../../../$it").canonicalFile }
    .collectMany { it.listFiles().findAll { file -> !file.name.endsWith('.py') }.sort() }*.path
def formats = photos.collect { it.replaceFirst(/.*\./, '') }.toSet()
assert formats.containsAll(['png', 'jpg', 'gif', 'bmp', 'webp', 'tif'])

def libraries = new File(basedir, 'target/classpath').text.split(File.pathSeparator).toList()
def natives = libraries.findAll { new File(it).name.startsWith('tensorflow-core-native-') }
def classes = new File(basedir, 'target/classes').path
def plainPath = [classes, *libraries].join(File.pathSeparator)

def run = { List arguments ->
  def process = new ProcessBuilder([System.getProperty('java.home') + '/bin/java', '-Djava.awt.headless=true', *arguments])
      .redirectError(new File(basedir, 'target/stderr'))
  process.environment().put('TF_CPP_MIN_LOG_LEVEL', '2')
  def started = process.start()
  def lines = started.inputStream.readLines('UTF-8')
  assert started.waitFor() == 0 : new File(basedir, 'target/stderr').text
  lines
}
def expected = run(['-cp', plainPath, 'app.LabelAll', model.toString(), *photos])
assert expected.size() == photos.size()
assert expected.count { it =~ /: \[\d/ } > photos.size() / 2 : 'most are labelled'

def shaded = new File(basedir, 'target/same-everywhere-1.jar')
assert !new java.util.zip.ZipFile(shaded).entries().any { it.name.startsWith('META-INF/services/') && !it.directory }
def broken = new File(basedir, 'target/broken/META-INF/services/javax.imageio.spi.ImageReaderSpi')
broken.parentFile.mkdirs()
broken.text = 'gone.ImageReaderSpi\n'

[
  'a shaded jar': ['-cp', [shaded.path, *natives].join(File.pathSeparator), 'app.LabelAll'],
  'a child class loader': ['-cp', classes, 'app.InChildLoader', plainPath],
  'a broken service file': ['-cp', [new File(basedir, 'target/broken').path, plainPath].join(File.pathSeparator), 'app.LabelAll'],
].each { how, start ->
  def found = run([*start, model.toString(), *photos])
  assert found == expected : "$how: ${(found - expected)}"
}
true
