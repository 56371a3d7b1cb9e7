// The epochs that the app's own listener was told of, and the files of a run.
// Maven may put its own escape sequence before a line.
def lines = new File(basedir, 'build.log').readLines()
assert lines.any { it ==~ /.*epoch 1: [01][.,]\d\d/ }
assert lines.any { it ==~ /.*epoch 2: [01][.,]\d\d/ }
assert lines.any { it.startsWith('model: ') && it.endsWith('saved_model/1') }
def run = new File(basedir, 'target/runs/checkpoints/shades')
assert new File(run, 'run.json').text.contains('"shades"')
assert new File(run, 'saved_model/1/saved_model.pb').isFile()
assert new File(run, 'saved_model/1/assets.extra/labels.txt').readLines() == ['dark', 'light']
def graphs = new File(basedir, 'target/runs/graphs/shades')
assert new File(graphs, 'metrics.csv').readLines().size() == 3
assert new File(graphs, 'accuracy.png').isFile()

// The command's libraries are not needed to train.
def jars = new File(basedir, 'target/classpath').text.split(File.pathSeparator).collect { new File(it).name }
assert jars.any { it ==~ /lenet5-\d.*\.jar/ }
assert jars.every { !(it ==~ /(lenet5-cli|picocli|jline|progressbar).*/) } : jars
true
