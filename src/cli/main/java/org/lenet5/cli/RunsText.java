package org.lenet5.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.run.RunEntry;
import org.lenet5.run.SettingsComparison;

/** Runs as tables. */
final class RunsText {
  private static final List<String> HEAD =
      List.of("Run", "Data", "Network", "Epochs", "Best", "Last", "Time", "MB");
  // Later than the other columns of CSV, so at its end.
  private static final List<String> MEANS = List.of("last_balanced_accuracy", "last_macro_f1");
  private static final String NONE = "-";
  private static final String INDENT = "    ";
  // Of a run's name this much is shown, however narrow the terminal.
  private static final int SHORTEST_NAME = 8;

  private RunsText() {}

  /** The network's name; runs of version 0.1 do not say it, as there was one alone. */
  static String network(Manifest run) {
    return run.settings().getOrDefault("network", "lenet5").replaceFirst(" = .*", "");
  }

  /** A fraction as "67.8%". */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * fraction);
  }

  private static String best(Manifest run) {
    return RunEntry.bestEpoch(run).isEmpty()
        ? NONE
        : percent(run.epochs().get(RunEntry.bestEpoch(run).getAsInt() - 1).testAccuracy());
  }

  private static String last(Manifest run) {
    return run.epochs().isEmpty()
        ? NONE
        : percent(run.epochs().get(run.epochs().size() - 1).testAccuracy());
  }

  private static String epochs(RunEntry run) {
    int done = run.manifest().map(each -> each.epochs().size()).orElse(0);
    return switch (run.state()) {
      case COMPLETE -> Integer.toString(done);
      case UNFINISHED -> done + "/" + run.wantedEpochs();
      case DAMAGED, HALF, HALF_DELETED -> run.state().word();
    };
  }

  /** Other settings than the defaults, those with columns of their own left out. */
  private static Map<String, String> settings(Manifest run) {
    Map<String, String> settings =
        new LinkedHashMap<>(SettingsComparison.fromDefaults(run.settings()));
    settings.keySet().removeAll(List.of("dataset", "epochs", "network"));
    return settings;
  }

  private static String words(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  /**
   * A row a run. Where the settings have no room in it they stand on a line below it, and names are
   * cut where they are still too long.
   */
  static String table(List<RunEntry> runs, int columns) {
    if (runs.isEmpty()) {
      return "";
    }
    List<String> names = runs.stream().map(RunEntry::name).toList();
    List<String> lines = rows(runs, names);
    List<String> settings =
        runs.stream()
            .map(run -> run.manifest().map(RunsText::settings).orElse(Map.of()))
            .map(RunsText::words)
            .toList();
    int widest = widest(lines);
    int longest = settings.stream().mapToInt(String::length).max().orElse(0);
    if (longest == 0 || (columns != EpochLine.ENDLESS && widest + 2 + longest > columns)) {
      if (widest > columns) {
        int name =
            Math.max("Run".length(), names.stream().mapToInt(String::length).max().orElse(0));
        int room = Math.max(SHORTEST_NAME, name - (widest - columns));
        Map<String, String> shown = ShortNames.of(names, room);
        lines = rows(runs, names.stream().map(shown::get).toList());
      }
      return below(lines, settings, columns);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String more = i == 0 ? "Settings" : settings.get(i - 1);
      String line = lines.get(i) + " ".repeat(widest - lines.get(i).length()) + "  " + more;
      text.append(line.stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private static String below(List<String> lines, List<String> settings, int columns) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      text.append(lines.get(i)).append(System.lineSeparator());
      if (i > 0 && !settings.get(i - 1).isEmpty()) {
        wrapped(settings.get(i - 1), columns - INDENT.length())
            .forEach(each -> text.append(INDENT).append(each).append(System.lineSeparator()));
      }
    }
    return text.toString();
  }

  /** A text in lines of at most so many letters, broken between words. */
  static List<String> wrapped(String text, int room) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > room) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static int widest(List<String> lines) {
    return lines.stream().mapToInt(String::length).max().orElse(0);
  }

  private static List<String> rows(List<RunEntry> runs, List<String> names) {
    TextTable table = new TextTable(3, HEAD);
    for (int i = 0; i < runs.size(); i++) {
      RunEntry run = runs.get(i);
      List<String> row = new ArrayList<>(List.of(names.get(i)));
      row.add(run.manifest().map(each -> each.data().name()).orElse(NONE));
      row.add(run.manifest().map(RunsText::network).orElse(NONE));
      row.add(epochs(run));
      row.add(run.manifest().map(RunsText::best).orElse(NONE));
      row.add(run.manifest().map(RunsText::last).orElse(NONE));
      row.add(run.manifest().map(each -> Words.duration(RunEntry.seconds(each))).orElse(NONE));
      row.add(RunsCommand.megabytes(run.bytes()));
      table.add(row);
    }
    return table.lines();
  }

  /** The run as a JSON object; unknown values are left out. */
  private static ObjectNode object(JsonMapper mapper, RunEntry run) {
    ObjectNode object = mapper.createObjectNode();
    object.put("run", run.name());
    object.put("state", run.state().word());
    run.manifest()
        .ifPresent(
            manifest -> {
              object.put("created", manifest.created());
              object.put("data", manifest.data().name());
              object.put("network", network(manifest));
              object.put("epochs", manifest.epochs().size());
              object.put("wanted_epochs", run.wantedEpochs());
              RunEntry.bestEpoch(manifest)
                  .ifPresent(
                      best -> {
                        object.put("best_epoch", best);
                        object.put("best_accuracy", manifest.epochs().get(best - 1).testAccuracy());
                        Manifest.Epoch last = manifest.epochs().get(manifest.epochs().size() - 1);
                        object.put("last_accuracy", last.testAccuracy());
                        last.testMeans()
                            .ifPresent(
                                means ->
                                    object
                                        .put("last_balanced_accuracy", means.balancedAccuracy())
                                        .put("last_macro_f1", means.macroF1()));
                      });
              object.put("seconds", RunEntry.seconds(manifest));
            });
    object.put("bytes", run.bytes());
    return object;
  }

  static String json(List<RunEntry> runs) {
    JsonMapper mapper = new JsonMapper();
    StringBuilder text = new StringBuilder();
    for (RunEntry run : runs) {
      ObjectNode object = object(mapper, run);
      ObjectNode settings = object.putObject("settings");
      run.manifest().map(RunsText::settings).orElse(Map.of()).forEach(settings::put);
      if (!run.fault().isEmpty()) {
        object.put("fault", run.fault());
      }
      text.append(object).append('\n');
    }
    return text.toString();
  }

  static String csv(List<RunEntry> runs) {
    List<String> head =
        List.of(
            "run",
            "state",
            "created",
            "data",
            "network",
            "epochs",
            "wanted_epochs",
            "best_epoch",
            "best_accuracy",
            "last_accuracy",
            "seconds",
            "bytes");
    JsonMapper mapper = new JsonMapper();
    StringBuilder text = new StringBuilder();
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    try {
      format.printRecord(
          text,
          Stream.of(head.stream(), Stream.of("settings", "fault"), MEANS.stream())
              .flatMap(each -> each)
              .toArray());
      for (RunEntry run : runs) {
        ObjectNode object = object(mapper, run);
        List<String> row =
            new ArrayList<>(head.stream().map(each -> object.path(each).asText()).toList());
        row.add(run.manifest().map(RunsText::settings).map(RunsText::words).orElse(""));
        row.add(run.fault());
        MEANS.forEach(each -> row.add(object.path(each).asText()));
        format.printRecord(text, row.toArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot print", e); // not to text in memory
    }
    return text.toString();
  }

  /**
   * Runs side by side, a column each; below one another where there is no room.
   *
   * @param names by run
   * @param runs at least two
   */
  static String comparison(List<String> names, List<Manifest> runs, int columns) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    rows.putAll(SettingsComparison.among(runs.stream().map(Manifest::settings).toList()));
    rows.put("epochs trained", each(runs, run -> Integer.toString(run.epochs().size())));
    rows.put(
        "best epoch",
        each(
            runs,
            run ->
                RunEntry.bestEpoch(run).isPresent()
                    ? Integer.toString(RunEntry.bestEpoch(run).getAsInt())
                    : NONE));
    rows.put("its test accuracy", each(runs, RunsText::best));
    rows.put("last test accuracy", each(runs, RunsText::last));
    rows.put(
        "last balanced accuracy",
        lastOf(runs, "%.1f%%", e -> percentage(e.testBalancedAccuracy())));
    rows.put("last macro F1", lastOf(runs, "%.1f%%", e -> percentage(e.testMacroF1())));
    rows.put("last test loss", lastOf(runs, "%.4f", Manifest.Epoch::testLoss));
    rows.put("last train accuracy", lastOf(runs, "%.1f%%", e -> 100 * e.trainAccuracy()));
    rows.put("last train loss", lastOf(runs, "%.4f", Manifest.Epoch::trainLoss));
    if (runs.stream().anyMatch(run -> run.data().validation() > 0)) {
      rows.put(
          "last validation accuracy",
          lastOf(runs, "%.1f%%", e -> percentage(e.validationAccuracy())));
    }
    rows.put("images a second", lastOf(runs, "%,.0f", Manifest.Epoch::imagesPerSecond));
    rows.put("time", each(runs, run -> Words.duration(RunEntry.seconds(run))));
    int first = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
    int widestValue =
        rows.values().stream().flatMap(List::stream).mapToInt(String::length).max().orElse(0);
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    int least = Math.max(SHORTEST_NAME, widestValue);
    int room =
        columns == EpochLine.ENDLESS
            ? Math.max(least, longest)
            : (columns - first) / names.size() - "  ".length();
    if (room < least) {
      return list(names, rows, columns);
    }
    Map<String, String> shown = ShortNames.of(names, room);
    List<String> head = new ArrayList<>(List.of(""));
    names.forEach(name -> head.add(shown.get(name)));
    TextTable table = new TextTable(1, head);
    rows.forEach(
        (what, values) -> {
          List<String> row = new ArrayList<>(List.of(what));
          row.addAll(values);
          table.add(row);
        });
    return String.join(System.lineSeparator(), table.lines()) + System.lineSeparator();
  }

  private static String list(List<String> names, Map<String, List<String>> rows, int columns) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      int run = i;
      String all =
          rows.entrySet().stream()
              .map(row -> row.getKey() + " " + row.getValue().get(run))
              .collect(Collectors.joining(", "));
      text.append(names.get(i)).append(System.lineSeparator());
      wrapped(all, columns - INDENT.length())
          .forEach(line -> text.append(INDENT).append(line).append(System.lineSeparator()));
    }
    return text.toString();
  }

  private static Double percentage(Double fraction) {
    return fraction == null ? null : 100 * fraction;
  }

  private static List<String> each(
      List<Manifest> runs, java.util.function.Function<Manifest, String> what) {
    return runs.stream().map(what).toList();
  }

  private static List<String> lastOf(
      List<Manifest> runs,
      String format,
      java.util.function.Function<Manifest.Epoch, Double> figure) {
    return each(
        runs,
        run ->
            run.epochs().stream()
                .max(Comparator.comparingInt(Manifest.Epoch::epoch))
                .map(figure)
                .map(value -> String.format(Locale.ROOT, format, value))
                .orElse(NONE));
  }
}
