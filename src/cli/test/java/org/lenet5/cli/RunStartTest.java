package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.data.DataException;
import org.lenet5.training.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What a run is called, what is left of one, and where its data set is taken from. */
class RunStartTest {
  private static final String HOME = "lenet5.home";

  @TempDir private Path folder;
  private String homeBefore;

  @BeforeEach
  void standAlone() {
    homeBefore = System.getProperty(HOME);
    System.setProperty(HOME, folder.toString());
  }

  @AfterEach
  void standWhereWeDid() {
    if (homeBefore == null) {
      System.clearProperty(HOME);
    } else {
      System.setProperty(HOME, homeBefore);
    }
  }

  private static Cli.Outcome train(String... more) {
    List<String> all = new ArrayList<>(List.of("train"));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  private static Cli.Outcome trainShortly(String... more) {
    return train(
        Stream.concat(
                Stream.of("--epochs=1", "--batch-size=500", "--subset=even", "--threads=1"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }

  @ParameterizedTest
  @CsvSource({
    "graphs/x/loss.png, graphs/x, delete ",
    "checkpoints/x/ckpt-1.index, checkpoints/x, delete ",
    "checkpoints/x/run.copy.json, checkpoints/x, copy run.copy.json to run.json there and add"
  })
  void halfARunGetsOneAnswer(String left, String named, String advice) throws IOException {
    file(left);
    Cli.Outcome anew = train("--run=x");
    Cli.Outcome resumed = train("--run=x", "--resume");
    assertThat(anew).isEqualTo(resumed);
    assertThat(anew.exit()).isEqualTo(2);
    assertThat(anew.err().lines()).hasSize(1);
    assertThat(anew.err())
        .startsWith(
            "error: --run x: of such a run only " + folder.resolve(named) + " is left, without ")
        .contains(folder.resolve("checkpoints/x/run.json") + "; ", advice);
    assertThat(folder.resolve(left)).exists();
  }

  @Test
  void aFolderOfRunsIsNotCalledHalfARun() throws IOException {
    file("checkpoints/suite/a/run.json");
    file("graphs/suite/a/loss.png");
    Cli.Outcome outcome = train("--run=suite");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("holds other runs; choose another name");
  }

  @Test
  void aNameThatAnotherProcessHasJustTakenIsNotTakenAgain() throws IOException {
    String name = "sample-adam-0.001_subset-even_batch-size-500_threads-1";
    if (Settings.THREADS.standardValue() == 1) {
      name = name.replace("_threads-1", "");
    }
    Path other = Files.createDirectories(folder.resolve("checkpoints").resolve(name));
    try (RunLock held = RunLock.take(other)) { // it has not written its run.json yet
      assertThat(held).isNotNull();
      assertThat(trainShortly().exit()).isZero();
    }
    assertThat(folder.resolve("checkpoints/" + name + "_2/run.json")).exists();
    assertThat(other.resolve("run.json")).doesNotExist();
    assertThat(trainShortly().exit()).isZero();
    assertThat(trainShortly().exit()).isZero();
    assertThat(other.resolve("run.json")).exists();
    assertThat(folder.resolve("checkpoints/" + name + "_3/run.json")).exists();
  }

  @Command
  private static final class WithFolders {
    @Mixin private Folders folders;
  }

  private static Folders folders(String... args) {
    WithFolders command = new WithFolders();
    new CommandLine(command).parseArgs(args);
    return command.folders;
  }

  /** A run on CIFAR-10 that took it from there; null if it does not say. */
  private static Manifest run(Path dataFolder) {
    return new Manifest(
        "a",
        "2026-01-02T03:04:05Z",
        Map.of("dataset", "cifar10"),
        new Manifest.Data(
            "cifar10",
            "00",
            50_000,
            0,
            10_000,
            List.of("a", "b"),
            dataFolder == null ? null : dataFolder.toString(),
            null),
        Map.of(),
        "CPU",
        1,
        List.of(),
        List.of());
  }

  /** Files as long as CIFAR-10's, which is all that is looked at before they are read. */
  private Path withCifar10(String name) throws IOException {
    Path data = folder.resolve(name);
    Path batches = Files.createDirectories(data.resolve("cifar-10-batches-bin"));
    for (String each :
        List.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin")) {
      try (RandomAccessFile file = new RandomAccessFile(batches.resolve(each).toFile(), "rw")) {
        file.setLength(30_730_000);
      }
    }
    return data;
  }

  @Test
  void theDataIsTakenFromWhereTheRunTookIt() throws IOException {
    Path its = withCifar10("elsewhere");
    List<String> remarks = new ArrayList<>();
    assertThat(folders().dataOf(run(its), remarks::add)).isEqualTo(its);
    assertThat(remarks).containsExactly("Taking cifar10 from " + its + ", as run a did");

    Path given = folder.resolve("given");
    assertThat(folders("--data-dir=" + given).dataOf(run(its), remarks::add)).isEqualTo(given);
    assertThat(folders().dataOf(run(folder.resolve("data")), remarks::add))
        .as("the default, where a new run would fetch it, too")
        .isEqualTo(folder.resolve("data"));
    assertThat(remarks).hasSize(1);
  }

  @Test
  void dataThatIsGoneIsSaidAndNotFetched() throws IOException {
    Path gone = folder.resolve("gone");
    List<String> remarks = new ArrayList<>();
    assertThatThrownBy(() -> folders().dataOf(run(gone), remarks::add))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("run a took cifar10 from " + gone + ", which no longer holds it")
        .hasMessageContaining("--data-dir DIR");
    folders().dataOf(run(null), remarks::add);
    assertThat(remarks).hasSize(1);
    assertThat(remarks.get(0)).contains("run.json does not say where run a took cifar10 from");

    Path there = withCifar10("data");
    remarks.clear();
    assertThat(folders().dataOf(run(gone), remarks::add)).isEqualTo(there);
    assertThat(remarks).hasSize(1);
    assertThat(remarks.get(0)).contains(gone + " no longer holds cifar10", there.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"train --run=x --resume", "replay x", "evaluate x"})
  void everyCommandLooksWhereTheRunTookIt(String command) throws IOException {
    assertThat(trainShortly("--run=x").exit()).isZero();
    Path file = folder.resolve("checkpoints/x/run.json");
    String json = Files.readString(file);
    assertThat(json).contains("\"folder\" : null");
    Path gone = folder.resolve("gone");
    Files.writeString(
        file,
        json.replace("\"folder\" : null", "\"folder\" : \"" + gone + "\"")
            .replace("\"dataset\" : \"sample\"", "\"dataset\" : \"cifar10\"")
            .replace("\"name\" : \"sample\"", "\"name\" : \"cifar10\"")
            .replaceFirst(",\\s*\"sha256\" : \"\\w+\"\\s*}\\s*$", "}"));
    Cli.Outcome outcome = Cli.run(command.split(" "));
    assertThat(outcome.exit()).as(outcome.err()).isEqualTo(3);
    assertThat(outcome.err()).contains("took cifar10 from " + gone + ", which no longer holds it");
    assertThat(folder.resolve("data")).as("nothing is fetched").doesNotExist();
  }

  @Test
  void theBestOfARunThatDidNotKeepItIsSaid() throws IOException {
    assertThat(
            train(
                    "--epochs=2",
                    "--batch-size=500",
                    "--subset=even",
                    "--validation=0.1",
                    "--threads=1",
                    "--run=x")
                .exit())
        .isZero();
    Path run = folder.resolve("checkpoints/x");
    Manifest all = Manifest.read(run);
    int best = all.bestEpoch().orElseThrow();
    int other = 3 - best;
    List<String> remarks = new ArrayList<>();
    assertThat(KnownCheckpoint.ofRun(run, "best", remarks::add).epoch()).isEqualTo(best);
    assertThat(remarks).isEmpty();

    // As version 0.1 could leave it: the best one's checkpoint is not kept.
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(run.resolve("run.json").toFile());
    ((ArrayNode) json.get("checkpoints")).remove(best - 1);
    json.remove("sha256");
    mapper.writeValue(run.resolve("run.json").toFile(), json);
    assertThat(KnownCheckpoint.ofRun(run, "best", remarks::add).epoch()).isEqualTo(other);
    assertThat(remarks).hasSize(1);
    assertThat(remarks.get(0)).contains("after epoch " + best, "taking epoch " + other);
  }
}
