package org.lenet5.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.lenet5.chart.Png;
import org.lenet5.chart.RunsChart;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.io.AtomicFiles;
import org.lenet5.run.RunEntry;
import org.lenet5.run.RunFolders;
import org.lenet5.run.RunList;
import org.lenet5.run.StoredRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists, shows, compares, renames and deletes runs. */
@Command(
    name = "runs",
    description = "List, show, compare, rename and delete runs.",
    synopsisSubcommandLabel = "(list | show | compare | rename | delete)")
final class RunsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new WrongUsage("runs: one of list, show, compare, rename or delete is missing");
  }

  /** What runs there are. */
  @Command(
      name = "list",
      description =
          "List all runs, the newest first. Best and Last are accuracies on the test images; best"
              + " is the epoch most accurate on the images held out, if any were. Time is that of"
              + " all epochs, MB what both folders hold.")
  void list(
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "table",
              description = "table, csv or json (one object a line). Default: ${DEFAULT-VALUE}.")
          String format,
      @Mixin Folders folders) {
    WrongUsage.require(
        List.of("table", "csv", "json").contains(format),
        "--format " + format + ": must be one of table, csv, json");
    List<RunEntry> runs = RunList.of(all(folders));
    switch (format) {
      case "csv" -> print(RunsText.csv(runs));
      case "json" -> print(RunsText.json(runs));
      default -> print(RunsText.table(runs, columns()));
    }
    if (runs.isEmpty()) {
      err().println("There is no run in " + folders.checkpoints());
    }
    runs.stream()
        .filter(run -> !run.fault().isEmpty())
        .forEach(
            run -> err().println(run.name() + " is " + run.state().word() + ": " + run.fault()));
    err().flush();
  }

  /** All about one run. */
  @Command(
      name = "show",
      description = "Show a run: settings, data, versions, epochs, checkpoints and files.")
  void show(
      @Parameters(paramLabel = "RUN", description = "A run's name.") String run,
      @Mixin Folders folders) {
    Path folder = known(run, folders);
    Manifest manifest = Manifest.read(folder);
    String name = folders.name(folder, manifest.run());
    print(RunText.of(name, manifest, folder, folders.graphs().resolve(name), columns()));
  }

  /** Several runs side by side. */
  @Command(
      name = "compare",
      description =
          "Compare runs: the settings they differ in, their figures, and their curves in one"
              + " chart.")
  void compare(
      @Parameters(paramLabel = "RUN", arity = "1..*", description = "Names of two or more runs.")
          List<String> runs,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "Where the chart goes, a PNG. Default: graphs/comparison.png.")
          Path out,
      @Mixin Folders folders) {
    List<Path> found =
        runs.stream()
            .map(each -> known(each, folders).toAbsolutePath().normalize())
            .distinct()
            .toList();
    WrongUsage.require(
        found.size() >= 2, "runs compare " + String.join(" ", runs) + ": name two runs or more");
    List<String> names = new ArrayList<>();
    List<Manifest> manifests = new ArrayList<>();
    for (Path each : found) {
      Manifest manifest = Manifest.read(each);
      manifests.add(manifest);
      names.add(folders.name(each, manifest.run()));
    }
    print(RunsText.comparison(names, manifests, columns()));
    List<RunsChart.Curve> curves = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      List<Manifest.Epoch> epochs = manifests.get(i).epochs();
      if (epochs.isEmpty()) {
        err().println(names.get(i) + " has no epoch yet, and so no curve");
      } else {
        curves.add(
            new RunsChart.Curve(
                names.get(i),
                epochs.stream().map(Manifest.Epoch::testAccuracy).toList(),
                epochs.stream().map(Manifest.Epoch::testLoss).toList()));
      }
    }
    if (manifests.stream().map(each -> each.data().sha256()).distinct().count() > 1) {
      err().println("The runs had different data: their figures are not of the same images");
    }
    if (!curves.isEmpty()) {
      Path file = out == null ? folders.graphs().resolve("comparison.png") : out;
      String data =
          String.join(", ", manifests.stream().map(each -> each.data().name()).distinct().toList());
      byte[] png = Png.encode(RunsChart.draw("on the test images of " + data, curves));
      AtomicFiles.write(file, stream -> stream.write(png));
      err().println("Chart: " + file);
    }
    err().flush();
  }

  /** Gives a run another name. */
  @Command(
      name = "rename",
      description =
          "Give a run another name: its two folders and run.json. What it has drawn, and its"
              + " exported model, keep the old name in their texts.")
  void rename(
      @Parameters(index = "0", paramLabel = "RUN", description = "A run's name.") String run,
      @Parameters(index = "1", paramLabel = "NAME", description = "Its new name.") String name,
      @Mixin Folders folders) {
    StoredRun renamed = WrongUsage.unless(() -> stored(run, folders).rename(name));
    print("renamed " + run + " to " + renamed.name() + "\n");
  }

  /** Deletes runs for ever. */
  @Command(
      name = "delete",
      description =
          "Delete both folders of runs, for ever, after asking. A run that is being trained is not"
              + " deleted; what is left of half a run is.")
  void delete(
      @Parameters(paramLabel = "RUN", arity = "1..*", description = "Names of runs.")
          List<String> runs,
      @Option(names = "--yes", description = "Do not ask.") boolean yes,
      @Mixin Folders folders) {
    List<StoredRun> chosen = new ArrayList<>();
    // All are looked at before any is deleted.
    for (String name : new LinkedHashSet<>(runs)) {
      StoredRun run = stored(name, folders);
      run.requireDeletable();
      chosen.add(run);
    }
    if (!yes && !isWanted(chosen)) {
      err().println("Nothing was deleted");
      err().flush();
      return;
    }
    for (StoredRun run : chosen) {
      long bytes = run.delete();
      print("deleted " + run.name() + ": " + megabytes(bytes) + " MB free\n");
    }
  }

  private static StoredRun stored(String name, Folders folders) {
    StoredRun run;
    try {
      run = new StoredRun(all(folders), name);
    } catch (RunException e) {
      WrongUsage wrong = new WrongUsage(e.getMessage() + "; runs list says the names");
      wrong.initCause(e);
      throw wrong;
    }
    if (!run.exist()) {
      throw UnknownRun.of(name, name, folders, "");
    }
    return run;
  }

  private static RunFolders all(Folders folders) {
    return new RunFolders(folders.graphs(), folders.checkpoints());
  }

  private boolean isWanted(List<StoredRun> chosen) {
    WrongUsage.require(
        Question.isPossible(),
        "runs delete: there is no terminal to ask on; --yes deletes without asking");
    for (StoredRun run : chosen) {
      err()
          .printf(
              "%s: %s MB in %s and %s%n",
              run.name(), megabytes(run.bytes()), run.checkpointFolder(), run.graphFolder());
    }
    return Question.isYes(
        err(),
        chosen.size() == 1
            ? "Delete this run for ever?"
            : "Delete these " + chosen.size() + " runs for ever?");
  }

  private static Path known(String run, Folders folders) {
    return folders.run(run).orElseThrow(() -> UnknownRun.of(run, run, folders, ""));
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f", bytes / 1e6);
  }

  /** The width of a row; unlimited where stdout is not a terminal. */
  private static int columns() {
    int terminal = Terminal.stdoutColumns();
    int asked = HelpText.columns(System.getenv("COLUMNS"));
    return terminal == EpochLine.ENDLESS || asked == 0 ? terminal : asked;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  // Java's print streams hide errors: a closed pipe or a full disk must be reported.
  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    if (out.checkError() || System.out.checkError()) {
      throw new UncheckedIOException(
          "cannot write to standard output: its reader is gone, or the disk is full",
          new IOException("standard output"));
    }
  }
}
