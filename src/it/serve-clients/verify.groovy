// Each client answered all images as `classify` did; the program ends with an error where one did not.
// Maven may end its colours at the beginning of a line that a program prints.
def lines = new File(basedir, 'build.log').readLines()
['camel-kserve, raw bytes', 'camel-kserve, contents', 'camel-tensorflow-serving', 'Triton client, binary', 'Triton client, answers in JSON'].each { client ->
  assert lines.any { it.contains("$client: 100 images, largest difference ") } : "no line of $client"
}
assert lines.any { it.endsWith('The server ended with 0') }
true
