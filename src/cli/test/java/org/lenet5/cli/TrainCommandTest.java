package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.EventFiles;

/** The real command on the sample. */
class TrainCommandTest {
  @TempDir private Path folder;

  /** What a command printed and ended with. */
  private record Outcome(int exit, String out, String err) {}

  private Outcome run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    if (args.length > 0 && args[0].equals("train")) {
      all.addAll(
          List.of(
              "--graphs-dir", folder.resolve("graphs").toString(),
              "--checkpoints-dir", folder.resolve("checkpoints").toString(),
              "--data-dir", folder.resolve("data").toString()));
    }
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int exit = Main.run(all.toArray(String[]::new));
      return new Outcome(
          exit,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Outcome train(String... args) {
    return run(
        Stream.concat(Stream.of("train", "--batch-size", "100"), Stream.of(args))
            .toArray(String[]::new));
  }

  private List<String> written() throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aRunsFilesAndTheNotebooksLines() throws Exception {
    Outcome outcome = train("--epochs", "2", "--run", "a", "--keep", "1");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines())
        .hasSize(2)
        .allMatch(
            line ->
                line.matches(
                    "\\d\\d:\\d\\d:\\d\\d --- Epoch: [01]\tTrain loss: \\d\\.\\d{4}\tTest loss:"
                        + " \\d\\.\\d{4}\tTrain accuracy: \\d+\\.\\d\\d\tTest accuracy:"
                        + " \\d+\\.\\d\\d"));
    assertThat(
            written().stream()
                .map(name -> name.replaceFirst("tfevents.*", "tfevents"))
                .filter(name -> !name.matches(".*/golden/[0-9]\\.png")))
        .containsExactlyInAnyOrder(
            "checkpoints/a/.lock",
            "checkpoints/a/checkpoint",
            "checkpoints/a/ckpt-2.data-00000-of-00001",
            "checkpoints/a/ckpt-2.index",
            "checkpoints/a/digests.csv",
            "checkpoints/a/predictions.bin",
            "checkpoints/a/run.copy.json",
            "checkpoints/a/run.json",
            "checkpoints/a/saved_model/README.md",
            "checkpoints/a/saved_model/1/assets.extra/SHA256SUMS",
            "checkpoints/a/saved_model/1/assets.extra/golden.csv",
            "checkpoints/a/saved_model/1/assets.extra/labels.txt",
            "checkpoints/a/saved_model/1/assets.extra/model.properties",
            "checkpoints/a/saved_model/1/assets.extra/tf_serving_warmup_requests",
            "checkpoints/a/saved_model/1/saved_model.pb",
            "checkpoints/a/saved_model/1/variables/variables.data-00000-of-00001",
            "checkpoints/a/saved_model/1/variables/variables.index",
            "graphs/a/accuracy.png",
            "graphs/a/events.out.tfevents",
            "graphs/a/loss.png",
            "graphs/a/metrics.csv");
    assertThat(Files.readString(folder.resolve("checkpoints/a/checkpoint")))
        .isEqualTo("model_checkpoint_path: \"ckpt-2\"\nall_model_checkpoint_paths: \"ckpt-2\"\n");
  }

  @Test
  void aResumedRunEqualsOneThatWasNotStopped() throws Exception {
    String[] settings = {
      "--augment",
      "flip,crop",
      "--dropout",
      "0.25",
      "--validation",
      "0.1",
      "--optimizer",
      "nesterov"
    };
    train(with(settings, "--epochs", "4", "--run", "whole"));
    train(with(settings, "--epochs", "1", "--run", "parts"));
    Outcome resumed = train("--epochs", "4", "--run", "parts", "--resume", "--workers", "3");

    assertThat(resumed.exit()).as(resumed.err()).isZero();
    Manifest whole = Manifest.read(folder.resolve("checkpoints/whole"));
    Manifest parts = Manifest.read(folder.resolve("checkpoints/parts"));
    assertThat(parts.epochs().stream().map(Manifest.Epoch::variablesSha256))
        .containsExactlyElementsOf(
            whole.epochs().stream().map(Manifest.Epoch::variablesSha256).toList());
    assertThat(parts.epochs().stream().map(Manifest.Epoch::trainLoss))
        .containsExactlyElementsOf(whole.epochs().stream().map(Manifest.Epoch::trainLoss).toList());
    assertThat(measured("parts")).isEqualTo(measured("whole"));
    assertThat(steps("parts")).isEqualTo(steps("whole")).endsWith(1L, 2L, 3L, 4L);
  }

  private static String[] with(String[] settings, String... more) {
    return Stream.concat(Stream.of(settings), Stream.of(more)).toArray(String[]::new);
  }

  /** The cells of metrics.csv but the times. */
  private List<List<String>> measured(String run) throws Exception {
    return Files.readAllLines(folder.resolve("graphs").resolve(run).resolve("metrics.csv")).stream()
        .map(line -> List.of(line.split(",")))
        .map(cells -> List.of(cells.get(0), cells.get(2), cells.get(3), cells.get(4), cells.get(5)))
        .toList();
  }

  // A run that goes on for longer goes on in another file, as its settings are others.
  private List<Long> steps(String run) {
    return EventFiles.list(folder.resolve("graphs").resolve(run)).stream()
        .flatMap(file -> EventFileReader.readAll(file).stream())
        .filter(event -> !event.hasFileVersion())
        .map(event -> event.getStep())
        .toList();
  }

  @Test
  void resumingWithOtherSettingsNamesThem() {
    train("--epochs", "1", "--run", "a");
    Outcome outcome =
        train("--run", "a", "--resume", "--learning-rate", "0.5", "--optimizer", "sgd");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("--learning-rate 0.5 (it has 0.001)", "--optimizer sgd (it has adam)");
  }

  @Test
  void aRunThatExistsIsNotOverwritten() {
    train("--epochs", "1", "--run", "a");
    Outcome outcome = train("--epochs", "1", "--run", "a");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: --run a: there is such a run already");
  }

  @Test
  void resumingWhatIsNotThere() {
    Outcome outcome = train("--run", "nobody", "--resume");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: --run nobody: there is no such run in ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--optimizer|nobody|must be one of sgd, momentum",
        "--optimizer|nadam|is left out because",
        "--optimizer|adagradda|is left out because",
        "--learning-rate|-0.1|must be a positive number",
        "--learning-rate|x|must be a number",
        "--dropout|1|must be from 0 to below 1",
        "--dropout|NaN|must be from 0 to below 1",
        "--batch-size|0|must be at least 1",
        "--epochs|0|must be at least 1",
        "--epochs|1.5|must be a number",
        "--validation|1|must be from 0 to below 1",
        "--subset|half|: must be all, even or odd",
        "--augment|turn|: must be none, or with commas between of flip, crop:PAD, shift:P",
        "--augment|flip,rotate:200|: rotate:DEGREES must be from 0 to 180",
        "--augment|crop:32|: PAD must be at most 31 for images of [32,32,3]",
        "--normalize|imagenet|must be one of none, notebook, cifar10, dataset",
        "--temperature|2|needs --teacher",
        "--temperature|4|needs --teacher",
        "--temperature|0|must be from 0.01 to 1000",
        "--teacher-weight|1.5|must be from 0 to 1",
        "--teacher-weight|0.5|needs --teacher",
        "--teacher|nobody|: there is neither such a run in ",
        "--loss|hinge|must be one of cross-entropy, l1",
        "--dataset|emnist|must be one of sample, cifar10",
        "--threads|0|must be from 1",
        "--workers|0|must be from 1",
        "--keep|0|must be at least 1",
        "--run|../x|must be letters"
      })
  void wrongUsage(String flag, String value, String right) throws Exception {
    Outcome outcome = run("train", flag + "=" + value);
    assertThat(outcome.exit()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err().lines().findFirst().orElseThrow())
        .startsWith("error: " + flag + " " + value)
        .contains(right);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(written()).isEmpty();
  }

  @Test
  void aTeacherByNameByFolderAndDamaged() throws Exception {
    assertThat(train("--run=big", "--epochs=1").exit()).isZero();
    Path big = folder.resolve("checkpoints/big");
    assertThat(train("--run=a", "--epochs=1", "--teacher=big").err())
        .contains("Learns from big after epoch 1: temperature 4.0, weight 0.9\n");
    Path here = Path.of("").toAbsolutePath();
    String relative = here.relativize(big.resolve("saved_model")).toString();
    assertThat(train("--run=b", "--epochs=1", "--teacher=" + relative).exit()).isZero();
    // Recorded as it can be found from any folder.
    assertThat(Manifest.read(folder.resolve("checkpoints/b")).sources().teacher().name())
        .isEqualTo(big.resolve("saved_model").toString());
    assertThat(
            Cli.run(
                    "runs",
                    "show",
                    "a",
                    "--graphs-dir=" + folder.resolve("graphs"),
                    "--checkpoints-dir=" + folder.resolve("checkpoints"))
                .out())
        .containsPattern("Learnt from +big after epoch 1, SHA-256 [0-9a-f]{12}…");
    assertThat(train("--run=big", "--teacher=big").err())
        .startsWith("error: --teacher big: a run cannot be its own teacher");

    Path data = big.resolve("ckpt-1.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[99] ^= 1;
    Files.write(data, bytes);
    for (Outcome each :
        List.of(train("--run=c", "--teacher=big"), train("--run=a", "--resume", "--epochs=2"))) {
      assertThat(each.exit()).isEqualTo(3);
      assertThat(each.err().lines()).hasSize(1);
      assertThat(each.err()).contains("big/ckpt-1 is damaged: ");
    }
    assertThat(folder.resolve("checkpoints/c")).doesNotExist();
  }

  @Test
  void divergence() throws Exception {
    Outcome outcome =
        train("--run", "d", "--optimizer", "sgd", "--learning-rate", "1e30", "--epochs", "1");
    assertThat(outcome.exit()).isEqualTo(4);
    assertThat(outcome.err()).contains("error: training diverged in epoch 1 of 1, step 2 of 50");
  }

  @ParameterizedTest
  @ValueSource(strings = {"graphs", "checkpoints"})
  void aFileInTheWay(String name) throws Exception {
    Files.writeString(folder.resolve(name), "mine");
    Outcome outcome = train("--run", "a", "--epochs", "1");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err())
        .startsWith("error: cannot make folder ")
        .contains("a file is in the way");
    assertThat(written()).containsExactly(name);
    assertThat(Files.exists(folder.resolve("graphs/a"))).isFalse();
  }

  @Test
  void flagsFromAFile() throws Exception {
    Path flags = folder.resolve("flags");
    Files.writeString(flags, "--epochs 1\n--run from-file\n");
    assertThat(train("@" + flags).exit()).isZero();
    assertThat(folder.resolve("checkpoints/from-file/run.json")).exists();
  }

  @Test
  void whatIsSaidBesideTheLines() {
    Path graphs = folder.resolve("it's my graphs");
    Path checkpoints = folder.resolve("check points");
    Cli.Outcome outcome =
        Cli.run(
            "train",
            "--run=said",
            "--epochs=2",
            "--batch-size=6000",
            "--validation=0.2",
            "--threads=1",
            "--graphs-dir=" + graphs,
            "--checkpoints-dir=" + checkpoints);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .contains(
            "Run said: 4,000 images of sample, epochs 1 to 2, on the CPU with 1 thread\n",
            "--batch-size 6000: more than there are images; each epoch is one step of all 4,000"
                + " images\n",
            "which count from 0: \"Epoch: 0\" is epoch 1 of 2\n",
            "tensorboard --logdir '" + folder + "/it'\\''s my graphs'\n",
            "\nEnded after 0:",
            " of 2 is the best, with a validation accuracy of ");

    Cli.Outcome done =
        Cli.run(
            "train",
            "--run=said",
            "--resume",
            "--graphs-dir=" + graphs,
            "--checkpoints-dir=" + checkpoints);
    assertThat(done.err()).startsWith("Run said has its 2 epochs already; --epochs N goes on\n");
    assertThat(done.out()).isEmpty();

    Cli.Outcome more =
        Cli.run(
            "train",
            "--run=said",
            "--resume",
            "--epochs=3",
            "--graphs-dir=" + graphs,
            "--checkpoints-dir=" + checkpoints);
    assertThat(more.err()).startsWith("Run said: 4,000 images of sample, epoch 3 of 3, on the CPU");
    assertThat(more.out()).contains(" --- Epoch: 2\t");
    assertThat(Cli.run("replay", "said", "--epochs=1", "--checkpoints-dir=" + checkpoints).out())
        .startsWith("identical: all weights after epoch 1 of said");
  }

  /** Of a longer run: with fewer epochs its cosine would have had other rates from the start. */
  @Test
  void theReplayOfTheFirstEpochHasTheRatesOfTheWholeRun() {
    String checkpoints = folder.resolve("c").toString();
    assertThat(
            Cli.run(
                    "train",
                    "--run=cosine",
                    "--schedule=cosine",
                    "--epochs=3",
                    "--batch-size=1000",
                    "--graphs-dir=" + folder.resolve("g"),
                    "--checkpoints-dir=" + checkpoints)
                .exit())
        .isZero();
    assertThat(Cli.run("replay", "cosine", "--epochs=1", "--checkpoints-dir=" + checkpoints).out())
        .startsWith("identical: all weights after epoch 1 of cosine");
    Cli.Outcome longer =
        Cli.run(
            "train",
            "--run=cosine",
            "--resume",
            "--epochs=4",
            "--graphs-dir=" + folder.resolve("g"),
            "--checkpoints-dir=" + checkpoints);
    assertThat(longer.exit()).isEqualTo(2);
    assertThat(longer.err()).contains("--epochs 4: must stay 3, as --schedule cosine");
  }

  @Test
  void theOtherCommands() {
    assertThat(run("summary").out()).contains("65,156", "2,334,828", "6x6x120");
    assertThat(run("summary", "--classes", "1").exit()).isEqualTo(2);
    assertThat(run("--version").out()).startsWith("lenet5 ");
    for (String command : List.of("train", "summary", "data")) {
      assertThat(run(command, "--help").exit()).isZero();
    }
    assertThat(run("data", "verify", "sample").out()).contains("sample: intact");
    assertThat(run("data", "verify", "emnist").exit()).isEqualTo(2);
    Outcome missing = run("data", "verify", "cifar10", "--data-dir", folder.toString());
    assertThat(missing.exit()).isEqualTo(3);
    assertThat(missing.err()).contains("is missing", "data fetch cifar10");
  }
}
