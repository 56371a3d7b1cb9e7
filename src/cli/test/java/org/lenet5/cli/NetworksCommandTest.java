package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.PictureFiles;

/** Networks other than the default, through the commands. */
class NetworksCommandTest {
  @TempDir private Path home;

  private Cli.Outcome run(String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.add("--graphs-dir=" + home.resolve("graphs"));
    all.add("--checkpoints-dir=" + home.resolve("checkpoints"));
    return Cli.run(all.toArray(String[]::new));
  }

  private Path checkpoints(String run) {
    return home.resolve("checkpoints").resolve(run);
  }

  private String digest(String run) {
    List<Manifest.Epoch> epochs = Manifest.read(checkpoints(run)).epochs();
    return epochs.get(epochs.size() - 1).variablesSha256();
  }

  @Test
  void listsWhatThereIs() {
    List<String> lines = Cli.run("networks").out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(2)).matches("lenet5-bn +8 +65,692 +65,156 +2,334,828");
    assertThat(lines.get(3)).matches("resnet8 +14 +78,186 +77,706 +12,501,632");
  }

  @Test
  void printsTheLayersOfAnyNetworkForImagesOfAnyShape() {
    assertThat(Cli.run("summary", "--network=resnet8").out())
        .containsPattern("A +sum of C1 and A2 +32x32x16 +0 +0")
        .containsPattern("total +78,186 +12,501,632");
    assertThat(Cli.run("summary", "--image-size=16x28", "--color=grey").out())
        .containsPattern("input +image +16x28x1")
        .containsPattern("P0 +zeros around +22x28x1");
  }

  @ParameterizedTest
  @CsvSource({"lenet5-bn, 3", "resnet8, 2"})
  void aRunRepeatsAndGoesOnToTheLastBit(String network, String threads) throws IOException {
    String[] settings = {
      "train",
      "--dataset=" + PictureFiles.folder(home.resolve("photos"), 60, "cat", "dog"),
      "--data-dir=" + home.resolve("data"),
      "--network=" + network,
      "--threads=" + threads,
      "--batch-size=25",
      "--augment=flip,crop"
    };
    for (String run : List.of("whole", "again")) {
      Cli.Outcome outcome = run(with(settings, "--run=" + run, "--epochs=3"));
      assertThat(outcome.exit()).as(outcome.err()).isZero();
    }
    assertThat(digest("again")).isEqualTo(digest("whole"));
    run(with(settings, "--run=stopped", "--epochs=1"));
    Cli.Outcome on = run(with(settings, "--run=stopped", "--resume", "--epochs=3"));
    assertThat(on.exit()).as(on.err()).isZero();
    assertThat(digest("stopped")).isEqualTo(digest("whole"));
    assertThat(Files.readString(checkpoints("whole").resolve("run.json")))
        .contains("\"network\" : \"" + network + "\"");
    Cli.Outcome replayed = run("replay", "whole", "--data-dir=" + home.resolve("data"));
    assertThat(replayed.exit()).as(replayed.err()).isZero();
  }

  private static String[] with(String[] first, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  @Test
  void aFilesNetworkIsKeptByTheRunAndCanBeEvaluatedFromItsCheckpointAlone() throws IOException {
    Path file = home.resolve("tiny.net");
    Files.writeString(
        file,
        "# small\nC convolution 5x5 8 stride 2 batch-norm\nP average-pool all\n"
            + "F dense classes linear\n");
    String settings = "--batch-size=128";
    Cli.Outcome trained = run("train", "--network=" + file, "--epochs=1", "--run=own", settings);
    assertThat(trained.exit()).as(trained.err()).isZero();
    Files.move(file, home.resolve("moved.net"));
    assertThat(Manifest.read(checkpoints("own")).settings())
        .containsEntry(
            "network",
            "tiny = C convolution 5x5 8 stride 2 batch-norm; P average-pool all; F dense classes"
                + " linear");
    Cli.Outcome resumed = run("train", "--run=own", "--resume", "--epochs=2");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(run("runs", "list").out()).containsPattern("own +sample +tiny +2 ");
    Cli.Outcome evaluated = run("evaluate", "own", "--json");
    assertThat(evaluated.exit()).as(evaluated.err()).isZero();

    Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
    for (String ending : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(checkpoints("own").resolve("ckpt-2" + ending), elsewhere.resolve("w" + ending));
    }
    Path names = Files.writeString(home.resolve("names"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    String checkpoint = elsewhere.resolve("w").toString();
    Cli.Outcome exported =
        run(
            "export",
            checkpoint,
            "--network=" + home.resolve("moved.net"),
            "--classes=" + names,
            "--out=" + home.resolve("served"));
    assertThat(exported.exit()).as(exported.err()).isZero();
    assertThat(home.resolve("served/1/assets.extra/labels.txt")).content().startsWith("a\nb\n");
    Cli.Outcome foreign =
        run("evaluate", checkpoint, "--network=" + home.resolve("moved.net"), "--json");
    assertThat(foreign.exit()).as(foreign.err()).isZero();
    String figures = "\"loss\":[0-9.]+";
    assertThat(figure(foreign.out(), figures)).isEqualTo(figure(evaluated.out(), figures));
    Cli.Outcome wrong = run("evaluate", checkpoint, "--network=resnet8");
    assertThat(wrong.exit()).isNotZero();
    assertThat(wrong.err()).startsWith("error: ").hasLineCount(1);
  }

  private static String figure(String json, String pattern) {
    return java.util.regex.Pattern.compile(pattern)
        .matcher(json)
        .results()
        .findFirst()
        .orElseThrow()
        .group();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "C1 relu|--network %s: line 1: the last layer must be",
        "A max-pool 40x40; F dense classes linear|--network: network n, line 1: A: what arrives is"
            + " [32,32,3]",
      })
  void aNetworkThatDoesNotFitIsWrongUsageAndLeavesNothing(String layers, String message)
      throws IOException {
    Path file = Files.writeString(home.resolve("n.net"), layers.replace(';', '\n'));
    Cli.Outcome outcome = run("train", "--network=" + file, "--run=bad");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: " + message.formatted(file)).hasLineCount(1);
    assertThat(checkpoints("bad")).doesNotExist();
    assertThat(home.resolve("graphs/bad")).doesNotExist();
  }
}
