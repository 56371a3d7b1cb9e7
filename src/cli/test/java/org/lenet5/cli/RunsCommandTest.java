package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.run.RunFolders;
import org.lenet5.run.RunList;

/** The real command on real runs. */
class RunsCommandTest {
  private static final String STDIN_TERMINAL = "lenet5.terminal.stdin";
  private static final String TERMINAL = "lenet5.terminal";

  @TempDir private static Path trained;
  @TempDir private Path home;

  @BeforeAll
  static void train() {
    for (String[] each :
        List.of(
            new String[] {"--run=plain", "--epochs=2"},
            new String[] {
              "--run=suite/sgd", "--epochs=1", "--optimizer=sgd", "--validation=0.2"
            })) {
      Cli.Outcome outcome = at(trained, with(each, "train", "--batch-size=128"));
      assertThat(outcome.exit()).as(outcome.err()).isZero();
    }
  }

  @BeforeEach
  void copyOfTheRuns() throws IOException {
    try (var tree = Files.walk(trained)) {
      for (Path each : tree.toList()) {
        Path target = home.resolve(trained.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
  }

  @AfterEach
  void noTerminal() {
    System.clearProperty(STDIN_TERMINAL);
    System.clearProperty(TERMINAL);
  }

  private static String[] with(String[] more, String... first) {
    List<String> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private static Cli.Outcome at(Path where, String... args) {
    return Cli.run(with(places(where), args));
  }

  private static String[] places(Path where) {
    return new String[] {
      "--graphs-dir=" + where.resolve("graphs"), "--checkpoints-dir=" + where.resolve("checkpoints")
    };
  }

  private Cli.Outcome runs(String... args) {
    return at(home, with(args, "runs"));
  }

  private Path checkpoints(String run) {
    return home.resolve("checkpoints").resolve(run);
  }

  private Path graphs(String run) {
    return home.resolve("graphs").resolve(run);
  }

  @Test
  void aRowARunTheNewestFirst() {
    List<String> lines = runs("list").out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).matches("Run +Data +Network +Epochs +Best +Last +Time +MB +Settings");
    assertThat(lines.get(1))
        .matches("suite/sgd +sample +lenet5 +1 +\\S+% +\\S+% +\\S+ +\\S+ .*optimizer sgd.*");
    assertThat(lines.get(2)).matches("plain +sample +lenet5 +2 +\\S+% .*batch-size 128.*");
  }

  @Test
  void otherFormatsHaveTheSameRuns() {
    assertThat(runs("list", "--format=csv").out().lines())
        .hasSize(3)
        .anyMatch(
            line -> line.startsWith("plain,complete,") && line.contains(",sample,lenet5,2,2,"));
    assertThat(runs("list", "--format=json").out().lines())
        .hasSize(2)
        .allMatch(
            line -> line.startsWith("{\"run\":\"") && line.contains("\"state\":\"complete\""));
    Cli.Outcome wrong = runs("list", "--format=xml");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("error: --format xml: must be one of table, csv, json");
  }

  @Test
  void damagedAndHalfRunsAreRows() throws IOException {
    Files.writeString(checkpoints("plain").resolve(Manifest.FILE), "{");
    Files.delete(checkpoints("suite/sgd").resolve(Manifest.FILE));
    Cli.Outcome list = runs("list");
    assertThat(list.exit()).isZero();
    assertThat(list.out()).containsPattern("plain .* damaged ").containsPattern("sgd .* half ");
    assertThat(list.err()).contains("plain is damaged: ", "suite/sgd is half: ");
  }

  @Test
  void aNarrowTableStaysWithinItsColumns() {
    var entries = RunList.of(RunFolders.in(home));
    for (int columns : List.of(60, 80, 140)) {
      assertThat(RunsText.table(entries, columns).lines())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
    }
    assertThat(RunsText.table(entries, 80)).contains("\n    batch-size 128");
  }

  @Test
  void allAboutARun() {
    assertThat(runs("show", "suite/sgd").out())
        .contains(
            "optimizer sgd", "1 of 1", "validation accuracy", "ckpt-1", "run.json", "loss.png");
    assertThat(runs("show", "plain").out()).contains("no images were held out");
  }

  @Test
  void sideBySide() throws IOException {
    Path file = home.resolve("a b.png");
    Cli.Outcome outcome = runs("compare", "plain", "suite/sgd", "--out=" + file);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsPattern("optimizer +adam +sgd")
        .containsPattern("epochs trained +2 +1")
        .doesNotContain("batch-size");
    assertThat(outcome.err()).contains("Chart: " + file);
    assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(1000);
    assertThat(runs("compare", "plain", "plain").exit()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"show", "compare", "delete"})
  void anUnknownRunIsWrongUsage(String command) {
    Cli.Outcome outcome = runs(command, "plan");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("plan: there is no such run")
        .contains("did you mean plain?");
  }

  @Test
  void deletesBothFoldersAndNothingElse() {
    Cli.Outcome outcome = runs("delete", "plain", "--yes");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out()).matches("deleted plain: \\d+\\.\\d MB free\\R");
    assertThat(checkpoints("plain")).doesNotExist();
    assertThat(graphs("plain")).doesNotExist();
    assertThat(Manifest.read(checkpoints("suite/sgd")).epochs()).hasSize(1);
    assertThat(graphs("suite/sgd").resolve("metrics.csv")).exists();
  }

  @Test
  void aRunWithANewNameGoesOn() throws IOException {
    Cli.Outcome outcome = runs("rename", "suite/sgd", "best/of-all");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out()).isEqualTo("renamed suite/sgd to best/of-all\n");
    assertThat(checkpoints("suite/sgd")).doesNotExist();
    assertThat(graphs("suite/sgd")).doesNotExist();
    assertThat(graphs("best/of-all").resolve("metrics.csv")).exists();
    assertThat(Manifest.read(checkpoints("best/of-all")).run()).isEqualTo("best/of-all");
    Cli.Outcome on = at(home, "train", "--run=best/of-all", "--resume", "--epochs=2");
    assertThat(on.exit()).as(on.err()).isZero();
    assertThat(Files.readAllLines(graphs("best/of-all").resolve("metrics.csv"))).hasSize(3);
  }

  @Test
  void aRenamingThatWasInterruptedIsEndedByTheSameCommand() throws IOException {
    Files.move(graphs("plain"), graphs("moved"));
    assertThat(runs("rename", "plain", "moved").exit()).isZero();
    assertThat(Manifest.read(checkpoints("moved")).run()).isEqualTo("moved");
    assertThat(graphs("moved").resolve("metrics.csv")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"suite/sgd", "plain", "../out", "", "a b"})
  void aNameThatCannotBeIsRefused(String name) {
    Cli.Outcome outcome = runs("rename", "plain", name);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: ").hasLineCount(1);
    assertThat(Manifest.read(checkpoints("plain")).run()).isEqualTo("plain");
    assertThat(graphs("plain").resolve("metrics.csv")).exists();
  }

  @Test
  void asksOnATerminalAlone() {
    Cli.Outcome refused = runs("delete", "plain");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("there is no terminal to ask on; --yes");
    System.setProperty(STDIN_TERMINAL, "true");
    System.setProperty(TERMINAL, "true");
    for (String no : List.of("n\n", "\n", "", "yess\n")) {
      assertThat(Cli.run(no.getBytes(), with(places(home), "runs", "delete", "plain")).err())
          .contains("Nothing was deleted");
      assertThat(checkpoints("plain").resolve(Manifest.FILE)).exists();
    }
    assertThat(Cli.run("y\n".getBytes(), with(places(home), "runs", "delete", "plain")).exit())
        .isZero();
    assertThat(checkpoints("plain")).doesNotExist();
  }

  @Test
  @SuppressWarnings("try")
  void aRunInTrainingStaysAndSoDoTheOthersNamed() {
    try (RunLock lock = RunLock.take(checkpoints("plain"))) {
      Cli.Outcome outcome = runs("delete", "suite/sgd", "plain", "--yes");
      assertThat(outcome.exit()).isEqualTo(1);
      assertThat(outcome.err()).contains("is being trained by process");
    }
    assertThat(Manifest.isIn(checkpoints("plain"))).isTrue();
    assertThat(Manifest.isIn(checkpoints("suite/sgd"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"..", ".", "../checkpoints/plain", "plain/..", "/", "suite", "plain/", " "})
  void whatIsNoRunIsNotDeleted(String name) {
    assertThat(runs("delete", name, "--yes").exit()).isEqualTo(2);
    assertThat(Manifest.isIn(checkpoints("plain"))).isTrue();
    assertThat(Manifest.isIn(checkpoints("suite/sgd"))).isTrue();
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path kept = Files.createDirectories(home.resolve("elsewhere"));
    Files.writeString(kept.resolve("photo"), "mine");
    Files.createSymbolicLink(graphs("plain").resolve("link"), kept);
    assertThat(runs("delete", "plain", "--yes").exit()).isZero();
    assertThat(graphs("plain")).doesNotExist();
    assertThat(kept.resolve("photo")).exists();
    Files.move(graphs("suite/sgd"), home.resolve("moved"));
    Files.createSymbolicLink(graphs("suite/sgd"), home.resolve("moved"));
    Cli.Outcome outcome = runs("delete", "suite/sgd", "--yes");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("is a link");
    assertThat(home.resolve("moved/metrics.csv")).exists();
    assertThat(Manifest.isIn(checkpoints("suite/sgd"))).isTrue();
  }

  @Test
  void aRunThatHoldsOthersStays() throws IOException {
    Files.move(checkpoints("suite/sgd"), checkpoints("plain").resolve("inner"));
    Cli.Outcome outcome = runs("delete", "plain", "--yes");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("run plain/inner lies in its folder");
    assertThat(Manifest.isIn(checkpoints("plain/inner"))).isTrue();
  }

  @Test
  void aDeletionThatWasBrokenOffIsEndedByAnother() throws IOException {
    Files.writeString(checkpoints("plain").resolve(".deletion.part"), "plain");
    Files.delete(checkpoints("plain").resolve(Manifest.FILE));
    Files.delete(checkpoints("plain").resolve(Manifest.COPY));
    assertThat(runs("list").out()).contains("half-deleted");
    assertThat(runs("delete", "plain", "--yes").exit()).isZero();
    assertThat(checkpoints("plain")).doesNotExist();
    assertThat(graphs("plain")).doesNotExist();
  }
}
