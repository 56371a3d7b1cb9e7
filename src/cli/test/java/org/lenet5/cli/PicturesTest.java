package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.data.PictureFiles;

/** From a folder of pictures to a classifier, by the real commands. */
class PicturesTest {
  @TempDir private Path home;

  private Cli.Outcome run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--data-dir", home.resolve("data").toString()));
    if (!args[0].equals("data")) {
      all.addAll(
          List.of(
              "--graphs-dir", home.resolve("graphs").toString(),
              "--checkpoints-dir", home.resolve("checkpoints").toString()));
    }
    return Cli.run(all.toArray(String[]::new));
  }

  private Cli.Outcome well(String... args) {
    Cli.Outcome outcome = run(args);
    assertThat(outcome.exit()).as(String.join(" ", args) + "\n" + outcome.err()).isZero();
    return outcome;
  }

  @Test
  void aFolderIsTrainedEvaluatedExportedAndClassifiedWith() throws IOException {
    Path pets = PictureFiles.folder(home.resolve("my pets"), 10, "cat", "dog", "eel");
    Files.write(pets.resolve("cat/broken.jpg"), new byte[0]);
    String[] train = {
      "train",
      "--dataset",
      pets.toString(),
      "--epochs",
      "1",
      "--image-size",
      "24x20",
      "--color",
      "grey"
    };
    assertThat(run("data", "check", pets.toString()).exit()).isEqualTo(3);
    Cli.Outcome refused = run(train);
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(refused.err()).contains("cat/broken.jpg: it is empty").contains("--skip-bad");
    assertThat(home.resolve("checkpoints")).doesNotExist();

    well(Stream.concat(Stream.of(train), Stream.of("--skip-bad")).toArray(String[]::new));
    String name = "my-pets-adam-0.001_image-size-24x20_color-grey_skip-bad-true";
    Path checkpoints = home.resolve("checkpoints").resolve(name);
    Manifest manifest = Manifest.read(checkpoints);
    assertThat(manifest.settings()).containsEntry("dataset", pets.toString());
    assertThat(manifest.data().classes()).containsExactly("cat", "dog", "eel");
    assertThat(manifest.data().skipped())
        .containsExactly("cannot be read: cat/broken.jpg: it is empty");

    Cli.Outcome own = well("evaluate", name);
    assertThat(own.out()).contains("6 test images of my-pets");
    assertThat(home.resolve("graphs").resolve(name).resolve("evaluation/epoch-1-my-pets/wrong.csv"))
        .content()
        .startsWith("path,truth,guess,probability\n")
        .matches("(?s).*\\n[a-z]+/\\d\\.png,[a-z]+,[a-z]+,[0-9.]+\\n.*");
    Path others = PictureFiles.folder(home.resolve("others"), 3, "dog", "cat");
    assertThat(well("evaluate", name, "--dataset", others.toString()).out())
        .contains("6 test images of others");
    well("replay", name);
    well("train", "--run", name, "--resume", "--epochs", "2");
    well("export", name);
    Cli.Outcome guessed =
        Cli.run(
            "classify",
            "--model",
            checkpoints.resolve("saved_model").toString(),
            others.resolve("dog/0.png").toString());
    assertThat(guessed.exit()).as(guessed.err()).isZero();

    assertThat(well("data", "gc", "--all").out()).contains("would delete");
    assertThat(home.resolve("data/.packed")).isNotEmptyDirectory();
    well("data", "gc", "--all", "--yes");
    assertThat(home.resolve("data/.packed")).isEmptyDirectory();
  }

  @Test
  void aListOfTheSamplesImagesGivesTheSamplesWeights() throws IOException {
    Dataset sample = new DataStore(home).load("sample");
    StringBuilder csv = new StringBuilder("path,label,split\n");
    list(csv, sample, sample.train(), "train", 300);
    list(csv, sample, sample.test(), "test", 40);
    Path list = Files.writeString(home.resolve("some.csv"), csv.toString());
    well("train", "--dataset", list.toString(), "--epochs", "1", "--run", "listed");
    int[] first = java.util.stream.IntStream.range(0, 300).toArray();
    int[] few = java.util.stream.IntStream.range(0, 40).toArray();
    Dataset part =
        Dataset.of(
            "part", sample.train().select(first), sample.test().select(few), sample.classNames());
    org.lenet5.run.RunFolders folders =
        new org.lenet5.run.RunFolders(home.resolve("graphs"), home.resolve("checkpoints"));
    new org.lenet5.run.TrainingRun(
            org.lenet5.run.RunData.of(part), new org.lenet5.run.RunListener() {})
        .start("direct", org.lenet5.training.TrainingConfig.builder().epochs(1).build(), folders);
    Manifest listed = Manifest.read(home.resolve("checkpoints/listed"));
    Manifest direct = Manifest.read(home.resolve("checkpoints/direct"));
    assertThat(listed.data().sha256()).isEqualTo(direct.data().sha256());
    assertThat(listed.epochs().get(0).variablesSha256())
        .isEqualTo(direct.epochs().get(0).variablesSha256());
  }

  private void list(StringBuilder csv, Dataset data, LabeledImages images, String split, int count)
      throws IOException {
    for (int i = 0; i < count; i++) {
      String name = "p/" + split + i + ".png";
      PictureFiles.write(home.resolve(name), images, i);
      csv.append(name + "," + data.classNames().get(images.label(i)) + "," + split + "\n");
    }
  }
}
