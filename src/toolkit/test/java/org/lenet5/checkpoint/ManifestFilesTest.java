package org.lenet5.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.training.TrainingConfig;

/** Epochs beyond the fiftieth, which {@code run.json} does not have at once. */
class ManifestFilesTest {
  private static final int KEEP = 3;

  @TempDir Path folder;

  /** A run of so many epochs, of as many as 200. */
  static Manifest after(int epochs) {
    List<Manifest.Epoch> all = IntStream.rangeClosed(1, epochs).mapToObj(n -> epoch(n)).toList();
    return new Manifest(
        "a",
        "2026-01-02T03:04:05Z",
        TrainingConfig.builder().epochs(200).threads(1).build().flags(),
        new Manifest.Data("sample", "00", 20, 0, 10, List.of("cat", "dog"), null, null),
        Map.of("lenet5", "1"),
        "CPU",
        65_156,
        all,
        IntStream.rangeClosed(Math.max(1, epochs - KEEP + 1), epochs)
            .mapToObj(ManifestFilesTest::checkpoint)
            .toList());
  }

  private static Manifest.Epoch epoch(int number) {
    return new Manifest.Epoch(
        number,
        "2026-01-02T03:04:05Z",
        2.3,
        2.2,
        0.1,
        0.2,
        null,
        null,
        0.001,
        1.5,
        0.5,
        13.3,
        "a".repeat(64));
  }

  private static Manifest.Checkpoint checkpoint(int epoch) {
    return new Manifest.Checkpoint(
        epoch,
        Map.of(
            "ckpt-" + epoch + ".index", "b".repeat(64),
            "ckpt-" + epoch + ".data-00000-of-00001", "c".repeat(64)));
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  @Test
  void eachEpochCountsOnceItIsWrittenInTheManifestOrBesideIt() throws IOException {
    ManifestFiles files = new ManifestFiles(folder);
    files.write(after(0));
    List<Integer> beside = new ArrayList<>();
    for (int n = 1; n <= 200; n++) {
      files.writeLastEpoch(after(n));
      assertThat(Manifest.read(folder)).isEqualTo(after(n));
      assertThat(ManifestFiles.read(folder, "run.copy.json")).isEqualTo(after(n));
      if (Files.exists(file("epochs.jsonl"))) {
        beside.add(n);
      }
    }
    assertThat(beside).startsWith(51, 53).hasSizeGreaterThan(80).noneMatch(n -> n <= 50);
    assertThat(file("epochs.jsonl")).as("all epochs are in run.json").doesNotExist();
    assertThat(file("epochs.copy.jsonl")).doesNotExist();
  }

  /** run.json up to epoch 150, and two epochs beside it. */
  private void twoBeside() {
    ManifestFiles files = new ManifestFiles(folder);
    files.write(after(150));
    files.writeLastEpoch(after(151));
    files.writeLastEpoch(after(152));
  }

  @Test
  void wherevertheLastLineIsCutTheEpochsBeforeItCount() throws IOException {
    twoBeside();
    byte[] good = Files.readAllBytes(file("epochs.jsonl"));
    int first = new String(good, java.nio.charset.StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int length = 0; length <= good.length; length++) {
      Files.write(file("epochs.jsonl"), Arrays.copyOf(good, length));
      int epochs = length == good.length ? 152 : length >= first ? 151 : 150;
      assertThat(Manifest.read(folder)).isEqualTo(after(epochs));
    }
  }

  @Test
  void aFlippedBitIsSeenAndTheCopyTaken() throws IOException {
    twoBeside();
    byte[] good = Files.readAllBytes(file("epochs.jsonl"));
    for (int i = 0; i < good.length; i += 7) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      Files.write(file("epochs.jsonl"), bad);
      List<String> remarks = new ArrayList<>();
      Manifest read = Manifest.readOrCopy(folder, remarks::add);
      if (remarks.isEmpty()) { // the end of the last line is no end any more
        assertThat(i).isEqualTo(good.length - 1);
      } else {
        assertThat(read).isEqualTo(after(152));
        assertThat(remarks.get(0)).contains("epochs.jsonl line ", " is damaged", "taking its copy");
      }
    }
  }

  @Test
  void linesThatTheManifestHasMeanwhileArePassedOver() throws IOException {
    twoBeside();
    byte[] lines = Files.readAllBytes(file("epochs.jsonl"));
    new ManifestFiles(folder).write(after(152));
    assertThat(file("epochs.jsonl")).doesNotExist();
    Files.write(file("epochs.jsonl"), lines); // killed before they were deleted
    assertThat(Manifest.read(folder)).isEqualTo(after(152));
    new ManifestFiles(folder).write(after(151));
    Files.write(file("epochs.jsonl"), lines); // killed while a resume went back: as before it
    assertThat(Manifest.read(folder)).isEqualTo(after(152));
  }

  @Test
  void linesOfAnotherRunOrALaterTimeAreRefused() throws IOException {
    twoBeside();
    byte[] lines = Files.readAllBytes(file("epochs.jsonl"));
    new ManifestFiles(folder).write(after(140));
    Files.write(file("epochs.jsonl"), lines);
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("epochs.jsonl line 1 is damaged: it is epoch 151 of run a")
        .hasMessageContaining("up to epoch 140");
    new ManifestFiles(folder).write(after(150));
    Files.writeString(
        file("run.json"),
        Files.readString(file("run.json"))
            .replace("\"run\" : \"a\"", "\"run\" : \"b\"")
            .replaceFirst(",\\s*\"sha256\" : \"\\w+\"\\s*}\\s*$", "}"));
    Files.write(file("epochs.jsonl"), lines);
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("of run a, and the manifest beside it is that of run b");
  }
}
