package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.PictureFiles;
import org.lenet5.exercise.Tuning;
import org.lenet5.io.AtomicFiles;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.EventFiles;

/** Real searches in real processes, on few images. */
class TuneCommandTest {
  // Three trials of an epoch, one of two, that one with two seeds. The last trial diverges.
  private static final List<String> SMALL =
      List.of("--trials", "3", "--epochs", "2", "--reduction", "2", "--best", "1", "--seeds", "2");

  @TempDir private Path folder;

  private Cli.Outcome tune(String home, List<String> more) {
    return Cli.run(
        Stream.of(
                List.of("tune"),
                List.of("--data-dir", folder.resolve("data").toString()),
                List.of("--graphs-dir", folder.resolve(home).resolve("graphs").toString()),
                List.of(
                    "--checkpoints-dir", folder.resolve(home).resolve("checkpoints").toString()),
                more)
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  private List<String> small(String... more) throws IOException {
    Path space = folder.resolve("few.conf");
    Files.writeString(space, "optimizer sgd # no range\nlearning-rate 0.01|0.02|1e30\n");
    // The wiring is tested, not the learning.
    Path photos = folder.resolve("photos");
    if (!Files.exists(photos)) {
      PictureFiles.folder(photos, 60, "cat", "dog");
    }
    List<String> few =
        List.of("--dataset", photos.toString(), "--validation", "0.3", "--batch-size", "20");
    return Stream.of(few, SMALL, List.of("--space", space.toString()), Arrays.asList(more))
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void killedAndStartedAgainItEndsTheSame() throws IOException {
    Cli.Outcome whole = tune("whole", small());
    assertThat(whole.exit()).as(whole.err()).isZero();
    Path graphs = folder.resolve("whole/graphs/tune");
    Path home = folder.resolve("whole/checkpoints/tune");
    Tuning tuning = Tuning.read(home);
    assertThat(tuning.failures())
        .hasSize(1)
        .allSatisfy((run, failure) -> assertThat(failure.exitCode()).isEqualTo(Errors.DIVERGED));
    String diverged = tuning.failures().keySet().iterator().next();
    // The winner alone is measured on the test images, each of its runs once.
    assertThat(tuning.tested()).hasSize(2);
    String winner = tuning.tested().get(0).run();
    assertThat(tuning.tested().get(1).run()).isEqualTo(winner + "_seed-43");
    assertThat(whole.out())
        .startsWith("The winner is " + winner + ": --optimizer sgd --learning-rate 0.0")
        .contains(
            "\nOn the test images, measured once: ",
            "\nscripts/lenet5 train --dataset " + folder.resolve("photos"));
    assertThat(graphs.resolve("report.html"))
        .content()
        .contains("The test images were measured once", "Which settings matter", "<pre");
    assertThat(graphs.resolve("trials.csv")).content().hasLineCount(5);
    assertThat(graphs.resolve("report.md"))
        .content()
        .contains(
            "- " + diverged + ": training diverged in epoch 1 of ", "(it counts as the worst)");
    assertThat(epochs(home))
        .hasSizeGreaterThanOrEqualTo(5)
        .allSatisfy(each -> assertThat(each.testAccuracy()).isEqualTo(each.validationAccuracy()));
    assertThat(tags(graphs)).contains("Validation Accuracy").doesNotContain("Test Accuracy");

    // As a kill leaves it: the winner with its first epoch only, its repeat not begun.
    copy(folder.resolve("whole"), folder.resolve("cut"));
    Path cut = folder.resolve("cut/checkpoints/tune");
    backToFirstEpoch(cut.resolve(winner));
    AtomicFiles.deleteTree(cut.resolve(winner + "_seed-43"));
    Cli.Outcome again = tune("cut", small("--jobs", "1"));
    assertThat(again.exit()).as(again.err()).isZero();
    for (String file : List.of("report.md", "trials.csv")) {
      assertThat(withoutTime(folder.resolve("cut/graphs/tune").resolve(file)))
          .isEqualTo(withoutTime(graphs.resolve(file)));
    }
    assertThat(weights(cut.resolve(winner))).isEqualTo(weights(home.resolve(winner)));
    assertThat(Tuning.read(cut).tested())
        .as("nothing is measured twice")
        .isEqualTo(tuning.tested());

    // The command that the report names trains the winner again.
    String command = whole.out().lines().reduce((earlier, later) -> later).orElseThrow();
    List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
    words.remove(0);
    words.addAll(List.of("--data-dir", folder.resolve("data").toString()));
    words.addAll(List.of("--run", "again", "--graphs-dir", folder.resolve("g").toString()));
    words.addAll(List.of("--checkpoints-dir", folder.resolve("c").toString()));
    assertThat(Main.run(words.toArray(String[]::new))).isZero();
    assertThat(weights(folder.resolve("c/again"))).isEqualTo(weights(home.resolve(winner)));
    Manifest.Epoch last = Manifest.read(folder.resolve("c/again")).epochs().get(1);
    assertThat(tuning.tested().get(0).accuracy()).isEqualTo(last.testAccuracy());

    // Redrawn from the disk it is the same report; another search does not touch it.
    String before = Files.readString(graphs.resolve("report.html"));
    Files.delete(graphs.resolve("report.html"));
    assertThat(tune("whole", List.of("--report")).exit()).isZero();
    assertThat(graphs.resolve("report.html")).hasContent(before);
    // With no time at all nothing is trained.
    Cli.Outcome other = tune("whole", small("--seed", "7", "--minutes", "0.00001"));
    assertThat(other.exit()).isZero();
    assertThat(other.out()).startsWith("There is no winner yet").contains("not finished");
    assertThat(folder.resolve("whole/checkpoints/tune-2/tune.json")).exists();
    assertThat(folder.resolve("whole/graphs/tune-2/report.md"))
        .content()
        .contains("The test images have not been measured");
  }

  /** What the trials' runs have measured. */
  private static List<Manifest.Epoch> epochs(Path home) throws IOException {
    try (Stream<Path> runs = Files.list(home)) {
      return runs.filter(Manifest::isIn)
          .flatMap(run -> Manifest.read(run).epochs().stream())
          .toList();
    }
  }

  private static String tags(Path graphs) throws IOException {
    return EventFileReader.readAll(EventFiles.list(graphs).get(0)).toString();
  }

  private static String withoutTime(Path file) throws IOException {
    return Files.readString(file).replaceFirst("(?s)## Time.*", "");
  }

  private static List<String> weights(Path run) {
    return Manifest.read(run).epochs().stream().map(Manifest.Epoch::variablesSha256).toList();
  }

  private static void backToFirstEpoch(Path run) throws IOException {
    AtomicFiles.deleteTree(run.resolve("saved_model"));
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode tree = (ObjectNode) mapper.readTree(run.resolve(Manifest.FILE).toFile());
    ((ArrayNode) tree.get("epochs")).remove(1);
    // Its checkpoint is gone, as --keep 1 has deleted it: the run begins anew.
    ((ArrayNode) tree.get("checkpoints")).removeAll();
    tree.remove("sha256"); // changed on purpose
    mapper.writeValue(run.resolve(Manifest.FILE).toFile(), tree);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --trials 0         | --trials 0: must be from 1 to 10000
          --trials many      | --trials
          --seeds 0          | --seeds 0: must be from 1 to 100
          --best 0           | --best 0: must be from 1 to 10000
          --reduction 1      | --reduction 1: must be from 2 to 100
          --jobs 0           | --jobs 0: must be from 1 to 64
          --minutes -1       | --minutes -1.0: must be a number from 0
          --minutes NaN      | --minutes NaN: must be a number from 0
          --sampling grid    | --sampling grid: must be random or quasi
          --space none.conf  | --space none.conf: there is no such file
          --suite ../x       | --suite ../x: must be letters, digits, '.', '_', '-' and '+'
          --dataset emnist   | --dataset emnist: must be one of
          --epochs 0         | --epochs 0: must be at least 1
          --validation 0     | --measure-on held-out: needs images held out of training: --validation F
          --optimizer speed  | --optimizer speed: must be
          """)
  void aWrongValueIsNamedInOneLineAndNothingIsMade(String flags, String message) {
    Cli.Outcome outcome = tune("none", List.of(flags.split(" ")));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err().replaceAll("\u001B\\[[0-9;]*m", ""))
        .contains("error: ")
        .contains(message)
        .hasLineCount(1);
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void aSpaceIsListedWithoutWhatAFlagFixes() throws IOException {
    Path space =
        Files.writeString(folder.resolve("x.conf"), "dropout 0..0.5\nloss l1|cross-entropy");
    Cli.Outcome outcome =
        tune(
            "none",
            List.of("--list", "--space", space.toString(), "--loss", "l1", "--trials", "2"));
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .startsWith("The space\n  dropout 0..0.5\nRungs\n  2 trials up to epoch 15\n")
        .contains("\n  trial-0002  --dropout 0.")
        .doesNotContain("loss");
    Files.writeString(space, "loss l1\nspeed 1..2\n");
    Cli.Outcome wrong = tune("none", List.of("--space", space.toString()));
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains(space + ", line 2: speed: is no setting of train");
  }
}
