package org.lenet5.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.io.AtomicFiles;
import org.lenet5.run.RunEntry;
import org.lenet5.run.SettingsComparison;
import org.lenet5.training.ClassMeans;

/** A run on a screen. */
final class RunText {
  // More epochs than these are shown by their first and their last.
  private static final int MOST_EPOCHS = 20;
  private static final int LABEL = 13;

  private final StringBuilder text = new StringBuilder();
  private final int columns;

  private RunText(int columns) {
    this.columns = columns;
  }

  /**
   * The details of a run, as text.
   *
   * @param checkpoints the run's folder
   * @param graphs the run's folder, which need not exist
   */
  static String of(String name, Manifest run, Path checkpoints, Path graphs, int columns) {
    RunText text = new RunText(columns);
    Map<String, String> differing = SettingsComparison.fromDefaults(run.settings());
    text.line("Run", name + ", begun " + run.created());
    Manifest.Data data = run.data();
    text.line(
        "Data",
        "%s: %s to train on, %s held out, %s to test on; %s; SHA-256 %s…"
            .formatted(
                data.name(),
                Words.count(data.training(), "image"),
                Words.count(data.validation(), "image"),
                Words.count(data.test(), "image"),
                Words.count(data.classes().size(), "class").replace("classs", "classes"),
                data.sha256().substring(0, Math.min(12, data.sha256().length()))));
    text.line(
        "Network",
        "%s, %s, on the %s"
            .formatted(
                RunsText.network(run), Words.count(run.parameters(), "parameter"), run.device()));
    text.line("Settings", words(run.settings()));
    text.line("not default", differing.isEmpty() ? "none" : words(differing));
    if (run.sources() != null) {
      if (run.sources().recipe() != null) {
        text.line("Recipe", run.sources().recipe());
      }
      text.source("Begun with", run.sources().from());
      text.source("Learnt from", run.sources().teacher());
    }
    text.line("Versions", words(run.versions()));
    text.epochs(run);
    text.line("Best epoch", best(run));
    text.line("Time", Words.duration(RunEntry.seconds(run)));
    text.line(
        "Checkpoints",
        run.checkpoints().isEmpty()
            ? "none"
            : run.checkpoints().stream()
                .map(Manifest.Checkpoint::name)
                .collect(Collectors.joining(", ")));
    text.files(checkpoints);
    text.files(graphs);
    return text.text.toString();
  }

  private static String words(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String best(Manifest run) {
    if (RunEntry.bestEpoch(run).isEmpty()) {
      return "none yet";
    }
    Manifest.Epoch best = run.epochs().get(RunEntry.bestEpoch(run).getAsInt() - 1);
    if (run.measuresHeldOut()) {
      return "%d: validation accuracy %s; the test images were not looked at"
          .formatted(best.epoch(), RunsText.percent(best.testAccuracy()));
    }
    return best.validationAccuracy() == null
        ? "%d: test accuracy %s (no images were held out to choose by)"
            .formatted(best.epoch(), RunsText.percent(best.testAccuracy()))
        : "%d: validation accuracy %s, test accuracy %s"
            .formatted(
                best.epoch(),
                RunsText.percent(best.validationAccuracy()),
                RunsText.percent(best.testAccuracy()));
  }

  private void source(String label, Manifest.Source source) {
    if (source != null) {
      line(
          label,
          "%s%s, SHA-256 %s…"
              .formatted(
                  source.name(),
                  source.epoch() > 0 ? " after epoch " + source.epoch() : "",
                  source.sha256().substring(0, 12)));
    }
  }

  private void line(String label, String value) {
    List<String> lines = RunsText.wrapped(value, columns - LABEL);
    for (int i = 0; i < lines.size(); i++) {
      String begin = i == 0 ? label : "";
      text.append(begin)
          .append(" ".repeat(LABEL - begin.length()))
          .append(lines.get(i))
          .append(System.lineSeparator());
    }
  }

  private void epochs(Manifest run) {
    List<Manifest.Epoch> epochs = run.epochs();
    String wanted = run.settings().get("epochs");
    line("Epochs", epochs.size() + " of " + wanted);
    if (epochs.isEmpty()) {
      return;
    }
    boolean validated = run.data().validation() > 0;
    List<String> head =
        new ArrayList<>(List.of("Epoch", "Train loss", "acc.", "Test loss", "acc."));
    boolean balanced = epochs.stream().anyMatch(each -> each.testMeans().isPresent());
    if (balanced) {
      head.addAll(List.of("bal.", "F1"));
    }
    if (validated) {
      head.addAll(List.of("Valid. loss", "acc."));
    }
    head.add("Time");
    TextTable table = new TextTable(0, head);
    boolean all = epochs.size() <= MOST_EPOCHS;
    for (Manifest.Epoch each : epochs) {
      boolean shown =
          all || each.epoch() <= MOST_EPOCHS / 2 || each.epoch() > epochs.size() - MOST_EPOCHS / 2;
      if (shown) {
        table.add(row(each, balanced, validated));
      } else if (each.epoch() == MOST_EPOCHS / 2 + 1) {
        table.add(head.stream().map(cell -> "…").toList());
      }
    }
    table.lines().forEach(row -> text.append("  ").append(row).append(System.lineSeparator()));
  }

  private static List<String> row(Manifest.Epoch epoch, boolean balanced, boolean validated) {
    List<String> row =
        new ArrayList<>(
            List.of(
                Integer.toString(epoch.epoch()),
                loss(epoch.trainLoss()),
                RunsText.percent(epoch.trainAccuracy()),
                loss(epoch.testLoss()),
                RunsText.percent(epoch.testAccuracy())));
    if (balanced) { // an epoch of version 0.1 does not say
      Optional<ClassMeans> means = epoch.testMeans();
      row.add(means.map(ClassMeans::balancedAccuracy).map(RunsText::percent).orElse("-"));
      row.add(means.map(ClassMeans::macroF1).map(RunsText::percent).orElse("-"));
    }
    if (validated) {
      row.add(loss(epoch.validationLoss()));
      row.add(RunsText.percent(epoch.validationAccuracy()));
    }
    row.add(Words.duration(epoch.trainSeconds() + epoch.evaluationSeconds()));
    return row;
  }

  private static String loss(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private void files(Path folder) {
    if (!Files.isDirectory(folder)) {
      line("Files", "there is no " + folder);
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      String names =
          files
              .map(each -> each.getFileName() + (Files.isDirectory(each) ? "/" : ""))
              .filter(each -> !each.startsWith("."))
              .sorted()
              .collect(Collectors.joining(", "));
      line("Files", folder + ":");
      line("", names);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", folder, e);
    }
  }
}
