package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.PictureFiles;

/** What the commands of data say and leave. */
class DataCommandTest {
  @TempDir private Path home;
  private Path pets;

  @BeforeEach
  void aFolder() throws IOException {
    pets = PictureFiles.folder(home.resolve("my pets"), 10, "cat", "dog");
  }

  private Cli.Outcome data(String... args) {
    return data(new byte[0], args);
  }

  private Cli.Outcome data(byte[] stdin, String... args) {
    List<String> all = new ArrayList<>(List.of("data"));
    all.addAll(List.of(args));
    all.addAll(List.of("--data-dir", home.resolve("data").toString()));
    return Cli.run(stdin, all.toArray(String[]::new));
  }

  private Cli.Outcome run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--data-dir", home.resolve("data").toString()));
    all.addAll(List.of("--graphs-dir", home.resolve("graphs").toString()));
    all.addAll(List.of("--checkpoints-dir", home.resolve("checkpoints").toString()));
    return Cli.run(all.toArray(String[]::new));
  }

  private static Cli.Outcome well(Cli.Outcome outcome) {
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return outcome;
  }

  @Test
  void checkSaysWhatTrainSays() throws IOException {
    assertThat(well(data("check", pets.toString())).out())
        .isEqualTo(pets + ": nothing that would keep a training from it\n");
    Files.write(pets.resolve("cat/broken.png"), new byte[0]);
    Cli.Outcome checked = data("check", pets.toString());
    assertThat(checked.exit()).isEqualTo(3);
    Cli.Outcome refused = run("train", "--dataset", pets.toString());
    assertThat(refused.exit()).isEqualTo(3);
    String sentence = checked.out().lines().reduce((first, second) -> second).orElseThrow();
    assertThat(sentence).contains("1 fault, listed above");
    assertThat(refused.err()).endsWith("error: " + sentence + "\n");
    well(data("check", pets.toString(), "--skip-bad"));

    Path one = PictureFiles.folder(home.resolve("one"), 10, "cat");
    for (String flag : List.of("--color=rgb", "--skip-bad")) {
      checked = data("check", one.toString(), flag);
      refused = run("train", "--dataset", one.toString(), flag);
      assertThat(checked.exit()).isEqualTo(3);
      assertThat(refused.exit()).isEqualTo(3);
      sentence = checked.out().lines().reduce((first, second) -> second).orElseThrow();
      assertThat(sentence).contains("fewer than two classes to train on: cat");
      assertThat(refused.err()).endsWith("error: " + sentence + "\n");
    }
    assertThat(data("check", "sample").err())
        .startsWith("error: sample: is a data set by its name, which data verify checks");
    // Small for one size, and not for another.
    assertThat(data("check", pets.toString(), "--image-size=64").out())
        .contains("20 of 20 to 64 x 64, the smallest is cat/0.png: 40 x 36");
  }

  @Test
  void describesAPathAndANameAlike() throws IOException {
    PictureFiles.write(pets.resolve("cat/large.png"), 5, 400, 300);
    String text = well(data("describe", pets.toString(), "--color", "grey")).out();
    assertThat(text)
        .contains("Name       my-pets\n", "Where      " + pets + "\n")
        .contains("17 training, 0 validation, 4 test; 32x32 (height x width) in grey; 0.0 MB\n")
        .contains("Made of    40 x 36 to 400 x 300 (width x height), most often 40 x 36 (95 %)\n")
        .containsPattern("SHA-256    [0-9a-f]{64}\n")
        .endsWith(
            "Class  Training  Validation  Test\ncat           9           0     2\ndog           8           0     2\n");
    JsonNode json =
        new JsonMapper().readTree(well(data("describe", pets.toString(), "--json")).out());
    assertThat(json.get("classes").get(0).toString())
        .isEqualTo("{\"name\":\"cat\",\"training\":9,\"validation\":0,\"test\":2}");
    assertThat(json.get("pictures").get("largest").toString())
        .isEqualTo("{\"width\":400,\"height\":300}");
    assertThat(Path.of(json.get("packed").asText())).isDirectory();

    assertThat(well(data("describe", "sample")).out())
        .contains(
            "Where    embedded\n", "Classes  10\n", "airplane         500           0   100\n");
    assertThat(well(data("describe", "mnist")).out())
        .startsWith("mnist: not here yet, data fetch mnist brings it: 60,000 training");
    assertThat(data("describe", "nothing").exit()).isEqualTo(2);
    assertThat(data("describe", home.resolve("nothing").toString()).exit()).isEqualTo(3);
  }

  @Test
  void anImportedDataSetIsTakenByItsNameEverywhere() throws IOException {
    assertThat(well(data("import", pets.toString(), "pets", "--image-size", "24")).out())
        .isEqualTo(
            "pets: 16 training images and 4 to measure on, 2 classes, in "
                + home.resolve("data/imported/pets")
                + "\n");
    Cli.Outcome again = data("import", pets.toString(), "pets");
    assertThat(again.exit()).isEqualTo(2);
    assertThat(again.err()).contains("data set's name (pets) must be a new one");
    try (Stream<Path> files = Files.walk(pets)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        Files.delete(each);
      }
    }
    assertThat(well(data("list")).out()).containsPattern("pets +present +16 +4 ");
    well(data("verify", "pets"));
    assertThat(well(data("fetch", "pets")).out()).isEqualTo("pets: already there and intact\n");
    assertThat(well(data("describe", "pets")).out()).contains("24x24 (height x width) in colour");
    well(run("train", "--dataset", "pets", "--epochs", "1", "--run", "a"));
    Manifest manifest = Manifest.read(home.resolve("checkpoints/a"));
    assertThat(manifest.settings()).containsEntry("dataset", "pets");
    assertThat(manifest.data().folder()).isEqualTo(home.resolve("data").toString());
    well(run("train", "--run", "a", "--resume", "--epochs", "2"));
    assertThat(well(run("evaluate", "a")).out()).contains("4 test images of pets");
    assertThat(home.resolve("graphs/a/evaluation/epoch-2-pets/wrong.csv"))
        .content()
        .startsWith("path,truth,guess,probability\n");
    well(run("replay", "a"));
    Cli.Outcome unknown = run("train", "--dataset", "pet");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("fashion-mnist, pets, or a path");
  }

  @Test
  void gcAsksAndDeletesWhatNobodyUses() throws IOException {
    well(data("describe", pets.toString()));
    assertThat(well(data("gc")).err()).contains("There is nothing to delete below ");
    PictureFiles.write(pets.resolve("cat/new.png"), 99);
    well(data("describe", pets.toString()));
    Cli.Outcome listed = well(data("gc"));
    assertThat(listed.out()).startsWith("would delete ").contains(pets + " has changed since");
    assertThat(listed.err())
        .contains("Nothing was deleted: there is no terminal to ask on; --yes deletes");
    assertThat(packed()).isEqualTo(2);
    System.setProperty("lenet5.terminal", "true");
    System.setProperty("lenet5.terminal.stdin", "true");
    try {
      Cli.Outcome asked = well(data("n\n".getBytes(), "gc"));
      assertThat(asked.err())
          .contains("Delete 1 folder of packed pictures, 0.1 MB? [y/N] ", "Nothing was deleted");
      assertThat(packed()).isEqualTo(2);
      assertThat(well(data("y\n".getBytes(), "gc")).err()).contains("Deleted 1 folder");
      assertThat(packed()).isEqualTo(1);
    } finally {
      System.clearProperty("lenet5.terminal");
      System.clearProperty("lenet5.terminal.stdin");
    }
    well(data("gc", "--yes"));
    assertThat(packed()).isEqualTo(1);
    assertThat(well(data("gc", "--yes", "--all")).out()).contains("of " + pets);
    assertThat(packed()).isZero();
  }

  private long packed() throws IOException {
    try (Stream<Path> folders = Files.list(home.resolve("data/.packed"))) {
      return folders.count();
    }
  }

  @Test
  void aRunWhosePicturesHaveMovedSaysHowToGoOn() throws IOException {
    well(run("train", "--dataset", pets.toString(), "--epochs", "1", "--run", "a"));
    String before = well(run("evaluate", "a")).out();
    well(run("data", "audit", "a"));
    assertThat(home.resolve("graphs/a/audit/audit.csv"))
        .content()
        .matches("set,image,.*,path\\n(?s:.*)");
    Path moved = Files.move(pets, home.resolve("moved"));
    for (String[] each :
        List.of(
            new String[] {"train", "--run", "a", "--resume", "--epochs", "2"},
            new String[] {"evaluate", "a"},
            new String[] {"replay", "a"})) {
      Cli.Outcome outcome = run(each);
      assertThat(outcome.exit()).as(outcome.err()).isEqualTo(3);
      assertThat(outcome.err())
          .contains(
              "error: run a took its pictures from "
                  + pets
                  + ", which is gone: --dataset NEWPATH tells train --resume and evaluate where they are now\n");
    }
    // Its own test images again, not all pictures of a strange folder.
    assertThat(well(run("evaluate", "a", "--dataset", moved.toString())).out())
        .isEqualTo(before.replace("my-pets", "moved"));
    well(run("train", "--run", "a", "--resume", "--epochs", "2", "--dataset", moved.toString()));
  }

  @Test
  void exercisesOnPictures() throws IOException {
    Cli.Outcome outcome =
        well(
            run(
                "exercises",
                "--dataset",
                pets.toString(),
                "--only",
                "baseline-even",
                "--epochs",
                "1",
                "--jobs",
                "1"));
    assertThat(outcome.out()).contains("Test accuracy after the last epoch");
    assertThat(home.resolve("graphs/exercises/report.html"))
        .content()
        .contains("LeNet5 on my-pets");
    Manifest manifest = Manifest.read(home.resolve("checkpoints/exercises/baseline-even"));
    assertThat(manifest.settings()).containsEntry("dataset", pets.toString());
  }
}
