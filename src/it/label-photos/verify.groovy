// The labels that two models' golden images must get, in the form that the app prints: 32x32 in
// colour, and 28x28 in grey.
def lines = new File(basedir, 'build.log').readLines()
def grey = new File(basedir.parentFile, 'train-own/target/runs/checkpoints/shades')
[new File(model), grey].each { run ->
  def extra = new File(run, 'saved_model/1/assets.extra')
  def classes = new File(extra, 'labels.txt').readLines()
  new File(extra, 'golden.csv').readLines().take(2).each { golden ->
    def cells = golden.split(',')
    def probabilities = cells.drop(1)*.toFloat()
    def best = probabilities.max()
    def expected = "/${run.name}/saved_model/1/${cells[0]}: ${classes[probabilities.indexOf(best)]} ${String.format(Locale.ROOT, '%.1f', 100d * best)} %"
    assert lines.any { it.endsWith(expected) } : "no line ends with '$expected'"
  }
}
assert lines.any { it.contains('run.json') && it.contains('is no PNG, JPEG, GIF, BMP, WebP or TIFF image') }

// Photographs by the model that was trained on their folder: nearly all of eight get their place.
def places = lines.findAll { it =~ /it-model\/photos\/[a-z-]+\/\d+\.jpg: / }
assert places.size() == 8
def right = places.findAll { line -> def found = (line =~ /photos\/([a-z-]+)\/\d+\.jpg: ([a-z-]+) /)[0]; found[1] == found[2] }
assert right.size() >= 7 : places

// What the jar brings along: TensorFlow Java, the image libraries, and what these need.
def jars = new File(basedir, 'target/classpath').text.split(File.pathSeparator).collect { new File(it).name }
def known = ~/(lenet5-classify|tensorflow-core-(api|native)|ndarray|javacpp|protobuf-java|(imageio|common)-[a-z]+|webp-imageio|kotlin-stdlib|annotations|metadata-extractor|xmpcore)-\d.*\.jar/
assert jars.any { it.startsWith('lenet5-classify-') }
assert jars.every { it ==~ known } : "not needed to classify: ${jars.findAll { !(it ==~ known) }}"
true
