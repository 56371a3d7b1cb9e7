// The labels that three models' golden images must get, in the form that the app prints: 32x32 in
// colour, and 28x28 in grey, and of photographs those of the best epoch.
def lines = new File(basedir, 'build.log').readLines()
def grey = new File(basedir.parentFile, 'train-own/target/runs/checkpoints/shades')
def photos = new File(new File(model).parentFile, 'photos')
[[new File(model), 1], [grey, 1], [photos, 2]].each { run, version ->
  def extra = new File(run, "saved_model/$version/assets.extra")
  def classes = new File(extra, 'labels.txt').readLines()
  new File(extra, 'golden.csv').readLines().take(2).each { golden ->
    def cells = golden.split(',')
    def probabilities = cells.drop(1)*.toFloat()
    def best = probabilities.max()
    def expected = "/${run.name}/saved_model/$version/${cells[0]}: ${classes[probabilities.indexOf(best)]} ${String.format(Locale.ROOT, '%.1f', 100d * best)} %"
    assert lines.any { it.endsWith(expected) } : "no line ends with '$expected'"
  }
}
true
