package org.lenet5.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.image.ImageOptions;
import org.lenet5.io.AtomicFiles;
import org.lenet5.serve.TinyModel;
import org.lenet5.serve.model.VersionStatus.State;

/** Versions come and go, and a model never stops answering because of one. */
class VersionsTest {
  private static final ModelRef LATEST = ModelRef.latest("tiny");

  @TempDir private Path folder;
  private Models models;

  @AfterEach
  void close() {
    if (models != null) {
      models.close();
    }
  }

  private Path version(int number) {
    return folder.resolve("tiny").resolve(Integer.toString(number));
  }

  private Path write(int number) {
    return TinyModel.write(version(number), number % 10);
  }

  private void open(String policy, Map<String, Long> labels) {
    models =
        new Models(
            List.of(
                new ModelOptions(
                    "tiny", folder.resolve("tiny"), VersionPolicy.parse(policy), labels)),
            ImageOptions.DEFAULT,
            0,
            ServeEvents.NONE);
    models.load();
  }

  /** What a model's version answers tells which it is: each looks at other bytes. */
  private long answering(ModelRef wanted) {
    LoadedModel model = models.lease(wanted);
    try {
      int offset = (int) (model.version() % 10);
      byte[] image = TinyModel.image(0x123456, offset);
      assertThat(model.scores(image, false).probabilities()[0][0])
          .isEqualTo(TinyModel.yes(0x123456));
      return model.version();
    } finally {
      model.release();
    }
  }

  private Map<Long, State> states() {
    return models.status(LATEST).stream()
        .collect(Collectors.toMap(VersionStatus::version, VersionStatus::state));
  }

  @Test
  void aNewVersionTakesOverOnceItsFilesRest() {
    write(1);
    open("latest", Map.of());
    assertThat(answering(LATEST)).isEqualTo(1);
    write(2);
    models.poll(); // seen for the first time: somebody may still be writing
    assertThat(answering(LATEST)).isEqualTo(1);
    models.poll();
    assertThat(answering(LATEST)).isEqualTo(2);
    assertThat(states()).isEqualTo(Map.of(1L, State.END, 2L, State.AVAILABLE));
    assertThatThrownBy(() -> models.lease(new ModelRef("tiny", 1L, null)))
        .hasMessage("Servable not found for request: Specific(tiny, 1)");
  }

  @Test
  void aVersionInUseIsFreedWhenItsLastUseEnds() {
    write(1);
    open("latest", Map.of());
    LoadedModel old = models.lease(LATEST);
    LoadedModel again = models.lease(LATEST);
    write(2);
    models.poll();
    models.poll();
    assertThat(states()).isEqualTo(Map.of(1L, State.UNLOADING, 2L, State.AVAILABLE));
    assertThat(old.scores(TinyModel.image(7, 1), false).probabilities()[0][0])
        .isEqualTo(TinyModel.yes(7));
    old.release();
    assertThat(states()).containsEntry(1L, State.UNLOADING);
    again.release();
    assertThat(states()).containsEntry(1L, State.END);
    assertThatThrownBy(() -> old.scores(TinyModel.image(7), false))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBrokenVersionLeavesTheOldOneServing() throws IOException {
    write(1);
    open("latest", Map.of());
    Path graph = write(2).resolve("saved_model.pb");
    byte[] whole = Files.readAllBytes(graph);
    byte[] damaged = whole.clone();
    damaged[100] ^= 1;
    Files.write(graph, damaged);
    // Else what is written below could bear the same time, as file systems' clocks are coarse.
    Files.setLastModifiedTime(graph, FileTime.fromMillis(1_000_000_000_000L));
    models.poll();
    models.poll();
    models.poll();
    assertThat(answering(LATEST)).isEqualTo(1);
    VersionStatus status = models.status(new ModelRef("tiny", 2L, null)).get(0);
    assertThat(status.state()).isEqualTo(State.END);
    assertThat(status.reason()).isEqualTo(Reason.FAILED_PRECONDITION);
    assertThat(status.message())
        .startsWith("saved_model.pb is damaged: its SHA-256 is ")
        .doesNotContain(folder.toString());
    // It is tried again when its files change.
    Files.write(graph, whole);
    models.poll();
    models.poll();
    assertThat(answering(LATEST)).isEqualTo(2);
    assertThat(models.status(LATEST)).allMatch(each -> each.reason() == null);
  }

  @Test
  void aVersionThatIsCopiedPieceByPieceIsTakenWhenItIsWhole() throws IOException {
    write(1);
    open("latest", Map.of());
    Path source = TinyModel.write(folder.resolve("source"), 2);
    Path target = Files.createDirectories(version(2).resolve("assets.extra")).getParent();
    for (String name :
        List.of("assets.extra/SHA256SUMS", "saved_model.pb", "assets.extra/labels.txt")) {
      Files.copy(source.resolve(name), target.resolve(name));
      models.poll();
      assertThat(answering(LATEST)).as("after " + name).isEqualTo(1);
      models.poll();
    }
    assertThat(answering(LATEST)).isEqualTo(2);
  }

  @Test
  void storageThatIsAwayUnloadsNothing() throws IOException {
    write(1);
    write(2);
    open("all", Map.of());
    Path away = Files.move(folder.resolve("tiny"), folder.resolve("away"));
    models.poll();
    models.poll();
    models.poll();
    assertThat(answering(LATEST)).isEqualTo(2);
    assertThat(models.versions("tiny")).containsExactly(1L, 2L);
    Files.createDirectory(folder.resolve("tiny")); // an empty mount point
    models.poll();
    models.poll();
    assertThat(models.versions("tiny")).containsExactly(1L, 2L);
    Files.delete(folder.resolve("tiny"));
    Files.move(away, folder.resolve("tiny"));
    models.poll();
    assertThat(models.versions("tiny")).containsExactly(1L, 2L);
    assertThat(states()).isEqualTo(Map.of(1L, State.AVAILABLE, 2L, State.AVAILABLE));
  }

  @Test
  void deletingTheNewestGoesBackToTheOneBefore() throws IOException {
    write(1);
    write(2);
    open("latest", Map.of());
    assertThat(models.versions("tiny")).containsExactly(2L);
    AtomicFiles.deleteTree(version(2));
    models.poll(); // missing for the first time; the one before is loaded already
    assertThat(models.versions("tiny")).containsExactly(1L, 2L);
    models.poll();
    assertThat(models.versions("tiny")).containsExactly(1L);
    assertThat(answering(LATEST)).isEqualTo(1);
  }

  @Test
  void whatIsNotAVersionIsPassedOver() throws IOException {
    write(1);
    Files.createDirectories(version(2)); // holds no model
    Files.createDirectories(folder.resolve("tiny/x3"));
    Files.writeString(folder.resolve("tiny/4"), "a file");
    Files.writeString(folder.resolve("tiny/README.md"), "");
    open("all", Map.of());
    assertThat(models.versions("tiny")).containsExactly(1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "latest|4",
        "latest:1|4",
        "latest:2|3 4",
        "latest:9|1 2 3 4",
        "all|1 2 3 4",
        "1,3|1 3"
      })
  void policies(String policy, String served) {
    for (int i = 1; i <= 4; i++) {
      write(i);
    }
    open(policy, Map.of());
    assertThat(models.versions("tiny").stream().map(Object::toString))
        .containsExactly(served.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none", "latest:0", "latest:", "-1", "1,", "1,x", "all,1"})
  void wrongPolicies(String policy) {
    assertThatThrownBy(() -> VersionPolicy.parse(policy))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(" + policy + ") must be latest, latest:N, all, or numbers");
  }

  @Test
  void labels() {
    write(1);
    write(2);
    open("all", Map.of("stable", 1L, "gone", 3L));
    assertThat(answering(new ModelRef("tiny", null, "stable"))).isEqualTo(1);
    assertThatThrownBy(() -> models.lease(new ModelRef("tiny", null, "gone")))
        .hasMessage("Servable not found for request: Specific(tiny, 3)");
    assertThatThrownBy(() -> models.lease(new ModelRef("tiny", null, "x")))
        .hasMessage("Unrecognized servable version label: x");
  }

  @Test
  void whatCannotBeServedAtAll() throws IOException {
    assertThatThrownBy(() -> open("latest", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tiny: there is no such folder");
    Files.createDirectory(folder.resolve("tiny"));
    assertThatThrownBy(() -> open("latest", Map.of())).hasMessageContaining("holds no SavedModel");
    write(1);
    assertThatThrownBy(() -> open("7", Map.of()))
        .hasMessageContaining("has no version that can be served");
    Files.writeString(version(1).resolve("extra"), "");
    assertThatThrownBy(() -> open("latest", Map.of()))
        .hasMessageContaining("version 1: extra does not belong to the model");
  }

  @Test
  void whereTheNewestIsBrokenFromTheStartTheOneBeforeServes() throws IOException {
    write(1);
    Files.writeString(write(2).resolve("extra"), "");
    open("latest", Map.of());
    assertThat(answering(LATEST)).isEqualTo(1);
    assertThat(states()).isEqualTo(Map.of(1L, State.AVAILABLE, 2L, State.END));
  }

  @Test
  void aFolderWithOneModelAndARunsFolder() {
    TinyModel.write(folder.resolve("plain"), 1);
    TinyModel.write(folder.resolve("run/saved_model/5"), 5);
    models =
        new Models(
            List.of(
                new ModelOptions("plain", folder.resolve("plain")),
                new ModelOptions("run", folder.resolve("run"))),
            ImageOptions.DEFAULT,
            0,
            ServeEvents.NONE);
    models.load();
    assertThat(models.versions("plain")).containsExactly(1L);
    assertThat(models.versions("run")).containsExactly(5L);
    assertThat(models.first()).isEqualTo("plain");
  }
}
