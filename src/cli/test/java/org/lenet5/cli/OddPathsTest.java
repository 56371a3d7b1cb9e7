package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.TestModel;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.classify.Classifier;

/** Folders whose names mean something to TensorFlow, to formats or to shells. */
class OddPathsTest {
  @TempDir private Path folder;

  private Cli.Outcome run(Path home, Object... args) {
    Stream<String> folders =
        Stream.of(
            "--graphs-dir=" + home.resolve("graphs"),
            "--checkpoints-dir=" + home.resolve("checkpoints"));
    Cli.Outcome outcome =
        Cli.run(
            Stream.concat(Arrays.stream(args).map(Object::toString), folders)
                .toArray(String[]::new));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return outcome;
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no file may have such a name there")
  void everyCommandWorksInAFolderThatIsAPattern() throws IOException {
    Path home = folder.resolve("a[1] *?\\{b,c}'\"%s ü\nz");
    run(home, "train", "--run=r", "--epochs=1", "--batch-size=500");
    run(home, "train", "--run=r", "--epochs=2", "--resume");
    assertThat(run(home, "evaluate", "r").out()).contains("1,000 test images");
    Path model = home.resolve("exported[2]");
    run(home, "export", "r", "--epoch=1", "--out=" + model);
    Path prefix = home.resolve("checkpoints/r/ckpt-1");
    run(home, "export", prefix, "--out=" + home.resolve("of a checkpoint"));
    run(home, "evaluate", prefix);
    run(home, "evaluate", model);
    Path image = model.resolve("1/assets.extra/golden/0.png");
    for (Object each : List.of("r", model, home.resolve("checkpoints/r"))) {
      assertThat(run(home, "classify", "--format=csv", "--model=" + each, image).out().lines())
          .hasSizeGreaterThanOrEqualTo(2);
    }
    assertThat(run(home, "replay", "r").out()).startsWith("identical: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a[b]c", "[x", "x]", "a*b", "a?b", "a\\b", "{a,b}", "ü", "a b", "a\nb"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no file may have such a name there")
  void aProgramLoadsAModelWithTheSameAnswers(String name) {
    Path plain = TestModel.write(folder.resolve("plain/1"), 1);
    Path odd = TestModel.write(folder.resolve(name).resolve("1"), 1);
    try (Classifier expected = Classifier.load(plain);
        Classifier found = Classifier.load(odd)) {
      assertThat(found.model()).isEqualTo(odd);
      assertThat(found.classifyPixels(TestModel.pixels(20)))
          .isEqualTo(expected.classifyPixels(TestModel.pixels(20)));
    }
  }

  // As a pattern the name fits another folder: its weights must not be taken instead.
  @Test
  void whatThePatternMeansIsNotTaken() {
    TestModel.write(folder.resolve("a1/1"), 1);
    Path odd = TestModel.write(folder.resolve("a[1]/1"), 2);
    Path same = TestModel.write(folder.resolve("same/1"), 2);
    CheckpointFile.write(folder.resolve("a1/ckpt").toString(), TestModel.weights(3));
    try (Classifier expected = Classifier.load(same);
        Classifier found = Classifier.load(odd)) {
      assertThat(found.classifyPixels(TestModel.pixels(5)))
          .isEqualTo(expected.classifyPixels(TestModel.pixels(5)));
    }
  }

  /** A process of its own: Java asks once where temporary files belong. */
  private int classify(Path temporary, Path model, Path errors) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + Files.createDirectories(temporary),
            "-cp",
            System.getProperty("java.class.path"),
            "org.lenet5.cli.Main",
            "classify",
            "--model=" + model,
            model.resolve("assets.extra/golden/0.png").toString())
        .redirectError(errors.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void theCopyIsDeleted() throws Exception {
    Path model = TestModel.write(folder.resolve("a[1]/1"), 1);
    Path temporary = folder.resolve("temporary");
    Path errors = folder.resolve("errors");
    assertThat(classify(temporary, model, errors)).as(Files.readString(errors)).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void whereTheFolderForTheCopyIsAPatternToo() throws Exception {
    Path model = TestModel.write(folder.resolve("a[1]/1"), 1);
    Path temporary = folder.resolve("temporary[2]");
    Path errors = folder.resolve("errors");
    assertThat(classify(temporary, model, errors)).isEqualTo(1);
    String last = Files.readString(errors).lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last) // a JDK from 24 on warns of native libraries before it
        .startsWith("error: cannot copy ")
        .contains("java.io.tmpdir");
    assertThat(temporary).isEmptyDirectory();
  }
}
