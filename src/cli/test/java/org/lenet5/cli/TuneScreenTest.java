package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.exercise.Sampling;
import org.lenet5.exercise.Space;
import org.lenet5.exercise.TuneResults;
import org.lenet5.exercise.Tuning;
import org.lenet5.training.TrainingConfig;

class TuneScreenTest {
  @TempDir private Path folder;
  private final StringWriter written = new StringWriter();

  private TuneResults results() {
    Map<String, String> settings =
        new LinkedHashMap<>(TrainingConfig.of(Map.of("validation", "0.1")).flags());
    Space.standard().dimensions().forEach(each -> settings.remove(each.setting()));
    settings.remove("seed");
    return new TuneResults(
        new Tuning(
            settings,
            Space.standard().dimensions(),
            Sampling.QUASI,
            42,
            3,
            5,
            3,
            30,
            30,
            10,
            true,
            0,
            Map.of("trial-0002", new Tuning.Failure(Errors.DIVERGED, "training diverged")),
            List.of()),
        folder);
  }

  private TuneScreen screen(TuneResults results, Supplier<Terminal.Size> size) {
    return new TuneScreen(results, run -> 5, 2, () -> 61, new PrintWriter(written), size);
  }

  private List<String> lastDrawing() {
    String all = written.toString();
    return all.substring(all.lastIndexOf("Rung  "))
        .replaceAll("\u001B\\[\\d*[A-Z]", "")
        .lines()
        .toList();
  }

  @Test
  void hasALineForEachRungAndEachRunningTrial() {
    TuneResults results = results();
    TuneScreen screen = screen(results, () -> new Terminal.Size(40, 70));
    screen.started(results.run(6, 0));
    screen.close();
    List<String> rows = lastDrawing();
    assertThat(rows).allSatisfy(row -> assertThat(row).hasSizeLessThan(70));
    assertThat(rows.get(1)).startsWith("up to epoch 1 ").contains("1/30"); // the one that diverged
    assertThat(rows.get(2)).startsWith("up to epoch 5 ").contains("0/10");
    assertThat(rows.get(3)).startsWith("up to epoch 15 ").contains("0/5");
    assertThat(rows.get(4)).startsWith("with other seeds ").contains("0/10");
    assertThat(rows.get(5)).isEqualTo("2 jobs, 1:01 of 10:00");
    assertThat(rows.get(6)).startsWith("trial-0007 ").contains("epoch 0/5", "--optimizer ");
    assertThat(rows).hasSize(7);
  }

  /** Of a trial that another machine trains: there are no files of it here. */
  @Test
  void showsEpochsAndMessagesThatItIsTold() {
    TuneResults results = results();
    TuneScreen screen = screen(results, () -> new Terminal.Size(40, 70));
    screen.started(results.run(6, 0));
    screen.epoch(results.run(6, 0), epoch(2, 0.25));
    screen.epoch(results.run(6, 0), epoch(1, 0.125)); // its machine was lost, and it began again
    screen.message(results.run(6, 0), "x.run is damaged");
    screen.close();
    assertThat(lastDrawing().get(6)).startsWith("trial-0007 ").contains("epoch 2/5", " 25.00 % ");
    assertThat(written.toString()).contains("trial-0007: x.run is damaged\u001B[K\n");
    written.getBuffer().setLength(0);
    TuneScreen lines = screen(results, null);
    lines.epoch(results.run(6, 0), epoch(1, 0.25));
    lines.epoch(results.run(6, 0), epoch(1, 0.25));
    lines.close();
    assertThat(written)
        .hasToString(
            "trial-0007: epoch 1 of 5, loss 2.0000 training 1.5000 held out, accuracy 25.00 held out\n");
  }

  private static Manifest.Epoch epoch(int number, double accuracy) {
    return new Manifest.Epoch(
        number, "2026-01-01T00:00:00Z", 2, 2, 0.125, 0.5, 1.5, accuracy, 0.1, 3, 1, 1, "");
  }

  @Test
  void aSmallTerminalShowsWhatFits() {
    screen(results(), () -> new Terminal.Size(4, 30)).close();
    assertThat(lastDrawing()).hasSize(3).allSatisfy(row -> assertThat(row).hasSizeLessThan(30));
  }

  @Test
  void writesPlainLinesWhereThereIsNoTerminal() {
    TuneResults results = results();
    TuneScreen screen = screen(results, null);
    screen.started(results.run(0, 0));
    screen.line(results.run(0, 0));
    screen.failed(results.run(0, 0), Errors.DIVERGED, "the loss is NaN");
    screen.close();
    assertThat(written).hasToString("trial-0001: diverged: the loss is NaN\n");
  }
}
