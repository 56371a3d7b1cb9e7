package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.SealedJson;
import org.lenet5.exercise.Experiments;
import org.lenet5.exercise.Suite;
import org.lenet5.training.TrainingConfig;

class ExercisesScreenTest {
  @TempDir private Path folder;
  private final StringWriter written = new StringWriter();
  private final Suite suite = suite();

  private static Suite suite() {
    Experiments experiments = Experiments.notebook();
    Map<String, String> settings = new LinkedHashMap<>(experiments.baseline());
    settings = TrainingConfig.of(settings).flags();
    settings.remove("seed");
    return new Suite(settings, 42, 1, experiments.list(), 0, Map.of());
  }

  private ExercisesScreen screen(Supplier<Terminal.Size> size) {
    return new ExercisesScreen(suite, 2, folder, new PrintWriter(written), size);
  }

  /** The rows of the last drawing, without the codes that move the cursor. */
  private List<String> lastDrawing() {
    String all = written.toString();
    int start = all.lastIndexOf("Experime");
    return all.substring(start).replaceAll("\u001B\\[\\d*[A-Z]", "").lines().toList();
  }

  @Test
  void hasALineForEachExperiment() {
    ExercisesScreen screen = screen(() -> new Terminal.Size(40, 80));
    screen.started(suite.runs().get(1));
    screen.failed(suite.runs().get(2), Errors.DIVERGED, "the loss is NaN");
    screen.close();
    List<String> rows = lastDrawing();
    assertThat(rows).hasSize(2 + suite.experiments().size() + 1);
    assertThat(rows.get(2)).startsWith("baseline-even ").contains("0/15").endsWith("waiting");
    assertThat(rows.get(3)).startsWith("baseline-odd ").endsWith("…");
    assertThat(rows.get(4)).endsWith("diverged");
    assertThat(rows.get(rows.size() - 1)).startsWith("2 jobs ");
    assertThat(written.toString())
        .as("a terminal's failures stay in their row")
        .doesNotContain("NaN");
  }

  @Test
  void showsOnASmallTerminalWhatRunsAndHowManyItHides() {
    ExercisesScreen screen = screen(() -> new Terminal.Size(8, 40));
    Suite.Run last = suite.runs().get(suite.runs().size() - 1);
    screen.started(last);
    screen.close();
    List<String> rows = lastDrawing();
    assertThat(rows).hasSize(7).allSatisfy(row -> assertThat(row).hasSizeLessThan(40));
    String name = last.experiment().name();
    assertThat(rows).anySatisfy(row -> assertThat(row).startsWith(name));
    assertThat(rows)
        .anySatisfy(row -> assertThat(row).startsWith("… and " + (suite.experiments().size() - 3)));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 80, 79, 78, 70, 60, 50, 40, 30, 24, 20})
  void namesStayDistinctAndAreAsLongAsFits(int columns) {
    ExercisesScreen screen = screen(() -> new Terminal.Size(40, columns));
    screen.close();
    List<String> rows = lastDrawing();
    assertThat(rows).allSatisfy(row -> assertThat(row).hasSizeLessThan(columns));
    List<String> names =
        rows.subList(2, rows.size() - 1).stream().map(row -> row.strip().split("\\s")[0]).toList();
    assertThat(names).hasSize(suite.experiments().size()).doesNotHaveDuplicates();
    assertThat(rows.subList(2, rows.size() - 1)).allMatch(row -> row.endsWith(" waiting"));
    // With the time left and the epochs beside them, the longest name of 31 letters fits from here.
    if (columns >= 31 + 20 + 1) {
      assertThat(names).contains("augmentation+true-normalization");
    }
    assertThat(names)
        .anySatisfy(
            name -> assertThat(name.length()).isGreaterThanOrEqualTo(Math.min(12, columns - 11)));
  }

  @Test
  void aNarrowScreenDoesWithoutLossesFirst() {
    screen(() -> new Terminal.Size(40, 70)).close();
    assertThat(lastDrawing().get(0)).contains("epoch", "accuracy %", "left").doesNotContain("loss");
    screen(() -> new Terminal.Size(40, 55)).close();
    assertThat(lastDrawing().get(0)).contains("epoch", "left").doesNotContain("accuracy");
    screen(() -> new Terminal.Size(40, 80)).close();
    assertThat(lastDrawing().get(0)).contains("epoch", "loss train", "accuracy %", "left");
  }

  @Test
  void namesThatDifferInTheMiddleOnlyAreNumbered() {
    List<String> names = List.of("momentum-0.8-with-dropout", "momentum-0.9-with-dropout", "a");
    assertThat(ShortNames.of(names, 25).values()).containsExactlyElementsOf(names);
    assertThat(ShortNames.of(names, 16).values())
        .containsExactly("momentum-0.8…out", "momentum-0.9…out", "a");
    assertThat(ShortNames.of(names, 8).values()).containsExactly("moment…1", "moment…2", "a");
  }

  @Test
  void writesPlainLinesWhereThereIsNoTerminal() {
    ExercisesScreen screen = screen(null);
    screen.started(suite.runs().get(0));
    screen.line(suite.runs().get(0));
    screen.failed(suite.runs().get(1), 1, "error: disk full");
    screen.close();
    assertThat(written).hasToString("baseline-odd: failed: error: disk full\n");
  }

  /** Of a run that another machine trains: there are no files of it here. */
  @Test
  void showsEpochsAndMessagesThatItIsTold() {
    ExercisesScreen screen = screen(() -> new Terminal.Size(40, 80));
    Suite.Run run = suite.runs().get(0);
    screen.started(run);
    screen.epoch(run, epoch(1, 0.125));
    screen.epoch(run, epoch(2, 0.25));
    screen.epoch(run, epoch(1, 0.125)); // its machine was lost, and it began again
    screen.message(run, "x.run is damaged");
    screen.close();
    assertThat(lastDrawing().get(2)).contains(" 2/15 ", "12.50 25.00").endsWith(" 0:52");
    assertThat(written.toString()).contains(run.name() + ": x.run is damaged\u001B[K\n");
    assertThat(lastDrawing()).noneMatch(row -> row.contains("damaged")); // it stands above
    written.getBuffer().setLength(0);
    ExercisesScreen lines = screen(null);
    lines.epoch(run, epoch(1, 0.25));
    lines.epoch(run, epoch(1, 0.25));
    lines.message(run, "x.run is damaged");
    lines.close();
    assertThat(written)
        .hasToString(
            """
            baseline-even: epoch 1 of 15, loss 2.0000 training 2.0000 test, accuracy 12.50 training 25.00 test, 0:56 left
            baseline-even: x.run is damaged
            """);
  }

  private static Manifest.Epoch epoch(int number, double testAccuracy) {
    return new Manifest.Epoch(
        number, "2026-01-01T00:00:00Z", 2, 2, 0.125, testAccuracy, null, null, 0.1, 3, 1, 1, "");
  }

  @Test
  void aTimeLimitPlansTheEpochs() throws IOException {
    ExercisesScreen screen = screen(null);
    Suite.Run run = suite.runs().get(0);
    Manifest planned =
        new Manifest(
            run.name(),
            "",
            Map.of("epochs", "32", "minutes", "12"),
            new Manifest.Data("sample", "", 10, 0, 10, List.of("a", "b"), null, null),
            Map.of(),
            "CPU",
            1,
            List.of(
                new Manifest.Epoch(
                    1, "2026-01-01T00:00:00Z", 2, 2, 0.25, 0.5, null, null, 0.1, 3, 1, 1, "")),
            List.of());
    Path file = folder.resolve(run.name()).resolve(Manifest.FILE);
    Files.createDirectories(file.getParent());
    Files.write(file, new SealedJson<>(Manifest.class, 1 << 20).sealed(planned));
    screen.line(run);
    screen.close();
    assertThat(written)
        .asString()
        .startsWith(run.name() + ": epoch 1 of 32, ")
        .endsWith(", 2:04 left\n"); // 31 epochs of 4 seconds
  }
}
